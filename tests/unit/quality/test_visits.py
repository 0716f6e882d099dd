"""QA visits: answers that the checklist knows, given once, by whoever may inspect."""

import pytest
from tests.samples.conduct import AREA, INSPECTOR, INSPECTORATE, OPERATOR, TEAM

from landrelease.errors import LandreleaseError
from landrelease.quality.acts import Author
from landrelease.quality.visits import answers_by_item, visit
from landrelease.record.kinds import QAVisit

QA, OWN = Author(INSPECTOR, INSPECTORATE, "2026-05-04"), Author(INSPECTOR, OPERATOR, "2026-05-04")


def body(*answers, **changes):
    told = {"area": AREA, "team": TEAM, "inspected_organisation": OPERATOR, "result": "pass",
            "checklist": [{"item": item, "answer": answer} for item, answer in answers]}  # fmt: skip
    return QAVisit.model_validate(told | changes)


@pytest.mark.invariant(8)
def test_a_visit_is_stated_with_its_independence_and_counted(conduct):
    made, findings = visit(conduct.profile, "visit:1", body(("accredited", "yes"), ("visitor_log", "no")), QA)
    assert made.body.independence == "external"
    assert [finding.error.code for finding in findings] == ["LR3212"]
    conduct.append(made)
    assert answers_by_item(conduct.register)["visitor_log"] == {"no": 1}


@pytest.mark.parametrize(
    ("answers", "code"),
    [((("colour", "yes"),), "LR3209"), ((("accredited", "yes"), ("accredited", "no")), "LR3210")],
)
def test_answers_that_the_checklist_does_not_have_are_refused(conduct, answers, code):
    with pytest.raises(LandreleaseError, match=code):
        visit(conduct.profile, "visit:1", body(*answers), QA)


@pytest.mark.invariant(8)
def test_an_organisation_visits_itself_only_internally(conduct):
    with pytest.raises(LandreleaseError, match="LR3211"):
        visit(conduct.profile, "visit:1", body(), OWN)
    made, _findings = visit(conduct.profile, "visit:1", body(independence="internal"), OWN)
    assert made.body.independence == "internal"


@pytest.mark.parametrize(
    "changes",
    [{"nonconformities": [{"severity": "minor", "requirement": "visitor_log: not kept"}]},
     {"checklist": [{"item": "visitor_log", "answer": "no", "note": "no visitors since the start"}]}],
)  # fmt: skip
def test_a_no_is_explained_by_a_nonconformity_or_a_note(conduct, changes):
    _made, findings = visit(conduct.profile, "visit:1", body(("visitor_log", "no"), **changes) if "checklist" not in
                            changes else body(**changes), QA)  # fmt: skip
    assert findings == []
