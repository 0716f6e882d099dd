"""Claims held without a record, for tests of what is made of them."""

from landrelease.claims.held import Answer, HeldClaim
from landrelease.record.claiming import Claim, ClaimResponse

SUBJECT = "province:north"
_BODY = {"about": "clearance", "speaker": "ministry", "said": "2025-03-01", "text": "Much was cleared.",
         "definition": "not_stated"}  # fmt: skip


def body(**fields):
    return Claim.model_validate(_BODY | fields)


def held(number=1, *, subject=SUBJECT, answers=(), **fields):
    entry_hash = f"{number:064x}"
    made = tuple(
        Answer(f"{number:032x}{place:032x}", entry_hash, response(claim=entry_hash, **answer), "ana, centre")
        for place, answer in enumerate(answers, start=1)
    )
    return HeldClaim(entry_hash, subject, body(**fields), "ana, centre", made, number)


def response(**fields):
    told = {"speaker": "operator", "said": "2025-04-01", "verdict": "acknowledged", "text": "So it is."}
    return ClaimResponse.model_validate(told | fields)


def file_text(*rows, form='format = "landrelease claims 1"', subject=f'subject = "{SUBJECT}"'):
    """A claims file with tables of names and values, as TOML."""
    return "\n".join([form, subject, *rows]) + "\n"


def row(kind="claim", **fields):
    def written(value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{name} = {written(each)}" for name, each in value.items()) + " }"
        return repr(value) if isinstance(value, (int, float)) else f'"{value}"'

    lines = [f"{name} = {written(value)}" for name, value in fields.items() if value is not None]
    return "\n".join([f"[[{kind}]]", *lines])


def claim_row(**fields):
    return row("claim", **(_BODY | fields))


def answer_row(**fields):
    told = {"to": "a", "speaker": "operator", "said": "2025-04-01", "verdict": "denied", "text": "It is not so."}
    return row("response", **(told | fields))
