"""What a certificate says, as blocks for its template, in the user's language."""

import io
from collections.abc import Iterator
from typing import Any

import segno

from landrelease.i18n import _, isolated
from landrelease.release.certificate import Certificate, CertifiedPart, CertifiedProof
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.certificate_map import RELEASED_FILL, certificate_map, map_states
from landrelease.report.style import STATE_COLOURS
from landrelease.report.wording import UNKNOWN, number
from landrelease.terms import ReleaseStatus

QR_TEXT = "landrelease proof v1 sha256 {sha256}"
"""What the QR code holds: the version of the proof and the SHA-256 of its bytes."""


def certificate_blocks(certificate: Certificate) -> dict[str, Any]:
    """Give the content of the certificate's template."""
    shown = [
        blocks.facts(_facts(certificate)),
        blocks.paragraph(certificate.statement),
        blocks.paragraph(certificate.residual),
        *_map(certificate),
        _parts(certificate),
        *[
            each
            for count, part in enumerate(certificate.parts, start=1)
            for each in _perimeter(count, part, certificate)
        ],
        *_finds(certificate),
        *_visits(certificate),
        *_effort(certificate),
        *_handover(certificate),
        blocks.heading(_("Limits")),
        blocks.bullets(certificate.limits),
        *_signatures(certificate),
        *_proof(certificate),
        blocks.heading(_("Statements considered")),
        {"kind": "hashes", "items": list(certificate.cites)},
    ]
    return {
        "title": _("Certificate of released land"),
        "subtitle": certificate.name,
        "signed": certificate.signed,
        **_mark(certificate),
        "blocks": shown,
        "footer": _(
            "Repeats decision {decision}. It records what was done; it does not state that ground is safe."
        ).format(decision=isolated(certificate.decision[:16])),
    }


def _mark(certificate: Certificate) -> dict[str, str]:
    if not certificate.signed:
        return {
            "mark": _("UNSIGNED"),
            "mark_note": _("The decision is not signed. This copy has no standing until the signatory signs it."),
        }
    officer = isolated(certificate.signatory)
    return {
        "mark": _("SIGNED"),
        "mark_note": _("The signature of {officer} under the decision was checked when this copy was made.").format(
            officer=officer
        ),
    }


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    name, version, *_rest = (*certificate.profile.split(" "), "", "")
    return [
        (_("Area"), f"{certificate.name} ({isolated(certificate.area_id)})"),
        (_("Administrative area"), certificate.admin_area or UNKNOWN),
        (_("Area released"), _square_metres(certificate.area_m2)),
        (_("Decided on"), isolated(certificate.decided_on)),
        (
            _("Signatory"),
            _("{person}, {organisation}").format(
                person=isolated(certificate.signatory), organisation=isolated(certificate.organisation)
            ),
        ),
        (_("Decision"), certificate.decision),
        (_("Standards profile"), isolated(f"{name} {version}")),
        (_("Required depth"), _("{depth} cm").format(depth=number(certificate.required_depth_cm))),
    ]


def _square_metres(area_m2: float) -> str:
    return _("{area} m²").format(area=isolated(number(area_m2)))


def _map(certificate: Certificate) -> list[Block]:
    caption = _("Map of the released land; grid: {zone}, metres; the arrow points to true north").format(
        zone=isolated(_zone(certificate))
    )
    alternative = _("Outline of each released part with its turning points, and the state of the land around it")
    entries = [(RELEASED_FILL, False, _("Released by this decision"))]
    closed = (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)
    entries += [(STATE_COLOURS[state], state in closed, state.label) for state in map_states(certificate)]
    return [
        blocks.figure("map.svg", lambda: certificate_map(certificate), caption, alternative),
        {"kind": "legend", "items": [
            {"colour": colour, "hatched": hatched, "label": label} for colour, hatched, label in entries
        ]},
    ]  # fmt: skip


def _zone(certificate: Certificate) -> str:
    name = str(certificate.zone.name).rpartition(" / ")[2].replace("zone ", "")
    return f"WGS 84 / {name} (EPSG:{certificate.zone.to_epsg()})"


def _parts(certificate: Certificate) -> Block:
    rows = [
        (
            str(count), part.route.label, number(part.area_m2), part.method.label if part.method else UNKNOWN,
            _("{depth} cm").format(depth=part.depth_cm) if part.depth_cm is not None else UNKNOWN,
            UNKNOWN if part.coverage_permille is None else isolated(f"{part.coverage_permille / 10:g} %"),
            _worked(part), isolated(part.organisation),
        )
        for count, part in enumerate(certificate.parts, start=1)
    ]  # fmt: skip
    head = [_("Part"), _("Route"), _("m²"), _("Method"), _("Depth"), _("Coverage"), _("Worked"), _("By")]
    return blocks.table(head, rows, _("What was done on each part"), text_columns=len(head))


def _worked(part: CertifiedPart) -> str:
    if part.worked_from == part.worked_to:
        return isolated(part.worked_from)
    return _("{first} to {last}").format(first=isolated(part.worked_from), last=isolated(part.worked_to))


def _perimeters(certificate: Certificate) -> Iterator[Block]:
    for count, part in enumerate(certificate.parts, start=1):
        yield from _perimeter(count, part, certificate)


def _perimeter(count: int, part: CertifiedPart, certificate: Certificate) -> Iterator[Block]:
    head = [
        _("Point"), _("Latitude"), _("Longitude"), _("Easting, m"), _("Northing, m"), _("Bearing to next, °"),
        _("Distance to next, m"),
    ]  # fmt: skip
    for number_of_ring, ring in enumerate(part.rings, start=1):
        rows = [
            (
                isolated(point.label), isolated(f"{point.latitude:.7f}"), isolated(f"{point.longitude:.7f}"),
                f"{point.easting_m:.2f}", f"{point.northing_m:.2f}", f"{round(point.bearing_deg, 2) % 360:.2f}",
                f"{point.distance_m:.2f}",
            )
            for point in ring
        ]  # fmt: skip
        caption = _(
            "Turning points of part {count}, ring {ring} (WGS 84 and {zone}; bearings from true north); on record as "
            "{part}"
        ).format(count=count, ring=number_of_ring, zone=isolated(_zone(certificate)), part=isolated(part.part_id))
        yield blocks.table(head, rows, caption)


def _finds(certificate: Certificate) -> list[Block]:
    if not certificate.finds:
        return [blocks.paragraph(_("The reports record no item found in this land."))]
    rows = [(find.ordnance.label, number(find.found), number(find.destroyed)) for find in certificate.finds]
    head = [_("Ordnance"), _("Found"), _("Destroyed")]
    return [blocks.table(head, rows, _("Items found, as the reports behind the parts record them"))]


def _visits(certificate: Certificate) -> list[Block]:
    if not certificate.visits:
        return [blocks.paragraph(_("No QA visit to this land is on record."))]
    rows = [
        (isolated(visit.day), isolated(visit.organisation), isolated(visit.inspected_organisation), visit.result.label)
        for visit in certificate.visits
    ]
    head = [_("Day"), _("Inspected by"), _("Work of"), _("Result")]
    return [blocks.table(head, rows, _("Quality checks"), text_columns=4)]


def _effort(certificate: Certificate) -> list[Block]:
    if not certificate.effort:
        return []
    rows = [(_(each.item), each.effort.label, each.note or "") for each in certificate.effort]
    return [blocks.table([_("Item"), _("Effort"), _("Remark")], rows, _("All reasonable effort"), text_columns=3)]


def _handover(certificate: Certificate) -> list[Block]:
    handover = certificate.handover
    if handover is None:
        return []
    told = [
        (_("Women"), handover.women),
        (_("Men"), handover.men),
        (_("Girls"), handover.girls),
        (_("Boys"), handover.boys),
    ]
    rows = [
        (_("Handed over on"), isolated(handover.day)),
        (_("Recipient"), isolated(handover.recipient)),
        (_("Answers for the residual risk"), isolated(handover.residual_risk_holder or UNKNOWN)),
        (_("People told"), " · ".join(f"{name}: {number(count)}" for name, count in told)),
    ]
    return [blocks.heading(_("Handover")), blocks.facts(rows)]


def _signatures(certificate: Certificate) -> list[Block]:
    title = blocks.heading(_("Signatures"))
    if not certificate.signatures:
        return [title, blocks.paragraph(_("Nobody has signed the decision with a key."))]
    rows = [
        (
            isolated(each.officer), isolated(each.fingerprint), isolated(each.day),
            _("holds") if each.holds else _("does not hold"),
        )
        for each in certificate.signatures
    ]  # fmt: skip
    head = [_("Signed as"), _("Fingerprint of the key"), _("Day"), _("Signature")]
    return [title, blocks.table(head, rows, _("Signatures of the decision"), text_columns=4)]


def _proof(certificate: Certificate) -> list[Block]:
    proof, title = certificate.proof, blocks.heading(_("Proof"))
    if proof is None:
        return [title, blocks.paragraph(_("There is no proof beside this copy: the log of the record is not signed."))]
    said = _(
        "The file {file} proves that the decision is in the record in exactly these words. Anyone can check it without "
        "a network: landrelease verify {file}, or the program beside it. The code holds the hash of that file. Ask the "
        "office by another way whether the key of the log is theirs."
    ).format(file=isolated(proof.file))
    rows = [(_("Hash of the proof"), proof.sha256), (_("Key of the log"), proof.log_key)]
    return [
        title,
        {"kind": "proof", "file": "proof.svg", "draw": lambda: qr_code(proof), "text": said, "rows": rows,
         "alternative": _("Code that holds the hash of the proof")},
    ]  # fmt: skip


def qr_code(proof: CertifiedProof) -> bytes:
    """Draw the QR code of a proof's hash as SVG (medium error correction)."""
    drawn = io.BytesIO()
    code = segno.make(QR_TEXT.format(sha256=proof.sha256), error="m", micro=False)
    code.save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue()
