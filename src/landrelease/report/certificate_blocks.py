"""What a certificate says, as blocks for its template."""

from typing import Any

from landrelease.i18n import _
from landrelease.release.certificate import Certificate, CertifiedPart
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.wording import UNKNOWN, number


def certificate_blocks(certificate: Certificate) -> dict[str, Any]:
    """Give the content of the certificate's template."""
    shown = [
        blocks.facts(_facts(certificate)),
        blocks.paragraph(certificate.statement),
        blocks.paragraph(certificate.residual),
        _parts(certificate),
        *[block for count, part in enumerate(certificate.parts, start=1) for block in _perimeter(count, part)],
        *_finds(certificate),
        *_visits(certificate),
        blocks.heading(_("Limits")),
        blocks.bullets(certificate.limits),
        blocks.heading(_("Statements considered")),
        {"kind": "hashes", "items": list(certificate.cites)},
    ]
    return {
        "title": _("Certificate of released land"),
        "subtitle": certificate.name,
        "mark": _("UNSIGNED"),
        "mark_note": _("This copy is not signed. It has no standing until the authority signs it."),
        "blocks": shown,
        "footer": _(
            "Repeats decision {decision}. It records what was done; it does not state that ground is safe."
        ).format(decision=certificate.decision[:16]),
    }


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    return [
        (_("Area"), f"{certificate.name} ({certificate.area_id})"),
        (_("Administrative area"), certificate.admin_area or UNKNOWN),
        (_("Area released"), f"{number(certificate.area_m2)} m²"),
        (_("Decided on"), certificate.decided_on),
        (_("Signatory"), f"{certificate.signatory}, {certificate.organisation}"),
        (_("Decision"), certificate.decision),
        (_("Standards profile"), certificate.profile),
        (_("Required depth"), f"{number(certificate.required_depth_cm)} cm"),
    ]


def _parts(certificate: Certificate) -> Block:
    rows = [
        (
            str(count), part.route.label, number(part.area_m2), part.method.label if part.method else UNKNOWN,
            _with(part.depth_cm, "cm"), _with(part.coverage_permille, "‰"), f"{part.worked_from} – {part.worked_to}",
            part.organisation,
        )
        for count, part in enumerate(certificate.parts, start=1)
    ]  # fmt: skip
    head = [_("Part"), _("Route"), _("m²"), _("Method"), _("Depth"), _("Coverage"), _("Worked"), _("By")]
    return blocks.table(head, rows, _("What was done on each part"), text_columns=len(head))


def _with(value: int | None, unit: str) -> str:
    return UNKNOWN if value is None else f"{value} {unit}"


def _perimeter(count: int, part: CertifiedPart) -> list[Block]:
    shown = []
    for number_of_ring, ring in enumerate(part.rings, start=1):
        rows = [
            (
                point.label, f"{point.latitude:.7f}", f"{point.longitude:.7f}", f"{point.bearing_deg:.2f}",
                f"{point.distance_m:.2f}",
            )
            for point in ring
        ]  # fmt: skip
        head = [_("Point"), _("Latitude"), _("Longitude"), _("Bearing to next, °"), _("Distance to next, m")]
        caption = _("Turning points of part {count}, ring {ring} (WGS 84; true bearings); on record as {part}").format(
            count=count, ring=number_of_ring, part=part.part_id
        )
        shown.append(blocks.table(head, rows, caption))
    return shown


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
        (visit.day, visit.organisation, visit.inspected_organisation, visit.result.label)
        for visit in certificate.visits
    ]
    head = [_("Day"), _("Inspected by"), _("Work of"), _("Result")]
    return [blocks.table(head, rows, _("Quality checks"), text_columns=4)]
