"""Display names of the kinds that evidence frames carry."""

from landrelease.i18n import N_, _
from landrelease.terms import AccidentKind, EvidenceKind, OrdnanceClass, Term

_RECORDS: dict[str, tuple[str, type[Term]]] = {
    "evidence": (N_("Evidence"), EvidenceKind),
    "accident": (N_("Accident"), AccidentKind),
    "ordnance.item": (N_("Ordnance found or reported"), OrdnanceClass),
    "eod.spot_task": (N_("EOD spot task"), OrdnanceClass),
}


def record_label(record: str) -> str:
    """Name of a kind of statement in the user's language; the value itself where it is none of ours."""
    return _(_RECORDS[record][0]) if record in _RECORDS else record


def kind_label(record: str, kind: object) -> str:
    """Name of a kind within the vocabulary of its statement; the value itself where it is not in it."""
    if record not in _RECORDS:
        return str(kind)
    try:
        return _RECORDS[record][1](str(kind)).label
    except ValueError:
        return str(kind)
