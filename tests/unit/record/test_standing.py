"""Where statements stand: each case is a short story and the standing that it ends with.

Line of a story: name, author, what it does. ``report`` needs a review, ``team`` does not. Authors before the slash
belong to the organisation after it; an underscore is a space. Names that differ in their number only (x, x2) are
about the same subject.
"""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.fold import fold, standings
from landrelease.record.kinds import Supersession

DAY = "2026-08-14"


def tell(ledger, story: str) -> dict[str, str]:
    """Append the statements of a story; return the hash of each by its name."""
    hashes: dict[str, str] = {}
    for line in filter(None, map(str.strip, story.splitlines())):
        name, who, what, *named = line.split()
        author, organisation = who.replace("_", " ").split("/")
        hashes[name] = ledger.append([statement(name, author, organisation, what, named, hashes)])[0].hash
    return hashes


def statement(name, author, organisation, what, named, hashes) -> Statement:
    cited = [hashes[word] for word in named if word != "by"]
    subject = name.rstrip("0123456789")
    if what == "report":
        body = {"area": "area:1", "stage": "completion", "method": "manual_team"}
        return Statement("clearance.report", subject, body, DAY, author, organisation)
    if what == "team":
        return Statement("team", name, {"name": name, "asset_kind": "dog_team", "people": 4}, DAY, author, organisation)
    if what in ("accepts", "returns", "rejects"):
        body = {"verdict": {"accepts": "accepted", "returns": "returned", "rejects": "rejected"}[what]}
        return Statement("review", name, body, DAY, author, organisation, cites=tuple(cited))
    if what == "withdraws":
        return Statement("withdrawal", name, {"reason": "r"}, DAY, author, organisation, cites=tuple(cited))
    split = named.index("by") if "by" in named else len(named)
    replaced, by = ([hashes[word] for word in part] for part in (named[:split], named[split + 1 :]))
    body = Supersession(replaced=replaced, by=by, reason="r")
    return Statement("supersession", name, body, DAY, author, organisation, cites=(*replaced, *by))


@pytest.mark.parametrize(
    ("story", "standings"),
    [
        pytest.param("x ann/op report", "x pending", id="a report waits for a review"),
        pytest.param("x ann/op team", "x official", id="a team needs none"),
        pytest.param("x ann/op report \n r bob/nc accepts x", "x official r official", id="accepted"),
        pytest.param("x ann/op report \n r bob/op accepts x", "x official", id="a colleague may review"),
        pytest.param("x ann/op report \n r ann/op accepts x", "x pending", id="the author's own review does not count"),
        pytest.param("x ann/op report \n r ann/nc rejects x", "x pending", id="nor the author's rejection"),
        pytest.param("x ann/op report \n r bob/nc returns x", "x returned", id="returned"),
        pytest.param("x ann/op report \n r bob/nc rejects x", "x rejected", id="rejected"),
        pytest.param("x ann/op team \n r bob/nc rejects x", "x rejected", id="what needs no review can be rejected"),
        pytest.param("x ann/op team \n r bob/nc accepts x", "x official", id="and accepted"),
        pytest.param(
            "x ann/op report \n r bob/nc rejects x \n s bob/nc accepts x", "x official", id="the latest verdict counts"
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n s cem/nc rejects x", "x rejected", id="one rejection is enough"
        ),
        pytest.param(
            "x ann/op report \n r bob/nc rejects x \n s cem/nc accepts x", "x rejected", id="whichever came first"
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w bob/nc withdraws r",
            "x pending r withdrawn",
            id="a withdrawn review counts no more",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws r",
            "x official r official w pending",
            id="but nobody withdraws another's review alone",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws r \n a cem/nc accepts w",
            "x pending r withdrawn w official",
            id="unless someone accepts that",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w bob/nc withdraws r \n v bob/nc withdraws w",
            "x official r official w withdrawn",
            id="a withdrawal can be withdrawn",
        ),
        pytest.param("x ann/op report \n w ann/op withdraws x", "x withdrawn w official", id="own, not yet official"),
        pytest.param("x ann/op report \n w eva/op withdraws x", "x withdrawn", id="own organisation, not yet official"),
        pytest.param("x ann/op report \n w eva/rival withdraws x", "x pending w pending", id="someone else's report"),
        pytest.param(
            "x ann/not_stated report \n w eva/not_stated withdraws x",
            "x pending w pending",
            id="strangers who name no organisation share none",
        ),
        pytest.param(
            "x ann/not_stated report \n x2 eva/not_stated report \n s eva/not_stated supersedes x by x2",
            "x pending s pending",
            id="nor may they replace",
        ),
        pytest.param("x ann/not_stated report \n w ann/not_stated withdraws x", "x withdrawn", id="the author may"),
        pytest.param("x ann/op report \n r ANN/nc accepts x", "x pending", id="in other letters still the author"),
        pytest.param(
            "x ann/op report \n r bob/nc rejects x \n s BOB/nc accepts x", "x official", id="and still one reviewer"
        ),
        pytest.param("x ann/op report \n w Ann/nc withdraws x", "x withdrawn", id="who may withdraw too"),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws x",
            "x official w pending",
            id="an official report does not vanish on its author's word",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws x \n a bob/nc accepts w",
            "x withdrawn w official",
            id="but when the withdrawal is accepted",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws x \n a ann/op accepts w",
            "x official w pending",
            id="by someone other than who withdraws",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n w ann/op withdraws x \n a bob/nc rejects w",
            "x official w rejected",
            id="a rejected withdrawal does nothing",
        ),
        pytest.param("x ann/op team \n w ann/op withdraws x", "x withdrawn", id="a team, by its organisation"),
        pytest.param("x ann/op team \n w bob/nc withdraws x", "x official w pending", id="a team, by another"),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n s ann/op supersedes x by x2",
            "x superseded x2 pending s official",
            id="a pending report replaced by its author",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n x2 ann/op report \n s ann/op supersedes x by x2",
            "x official x2 pending s pending",
            id="an official report stands until its replacement is official",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n r bob/nc accepts x x2 \n s ann/op supersedes x by x2",
            "x superseded x2 official s official",
            id="and gives way when it is",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n s ann/op supersedes x by x2 \n r bob/nc accepts x",
            "x official x2 pending s pending",
            id="the same when the review of the replaced comes late",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n x3 ann/op report \n r bob/nc accepts x x2"
            " \n s ann/op supersedes x by x2 x3",
            "x official x2 official x3 pending s pending",
            id="all that replaces it must be official",
        ),
        pytest.param(
            "x ann/op report \n t ann/op team \n r bob/nc accepts x \n s ann/op supersedes x by t",
            "x official t official s pending",
            id="official by review, not by needing none",
        ),
        pytest.param(
            "x ann/op report \n y ann/op report \n r bob/nc accepts x y \n s ann/op supersedes x by y",
            "x official y official s pending",
            id="a report about something else replaces nothing",
        ),
        pytest.param(
            "x ann/op report \n y ann/op report \n r bob/nc accepts x y \n s ann/op supersedes x by y"
            " \n a bob/nc accepts s",
            "x superseded y official s official",
            id="unless someone accepts that",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n r bob/nc accepts x x2 \n s ann/op supersedes x2 by x",
            "x official x2 official s pending",
            id="nobody goes back to an earlier version alone",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n s ann/op supersedes x \n a bob/nc accepts s",
            "x superseded s official",
            id="or the supersession itself is accepted",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc accepts x \n s ann/op supersedes x",
            "x official s pending",
            id="not by nothing",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n r bob/nc accepts x \n q bob/nc rejects x2"
            " \n s ann/op supersedes x by x2",
            "x official x2 rejected s pending",
            id="a rejected replacement replaces nothing",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n x3 ann/op report \n r bob/nc accepts x x2 x3"
            " \n s ann/op supersedes x by x2 \n t ann/op supersedes x2 by x3",
            "x superseded x2 superseded x3 official",
            id="a chain of corrections",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n x3 ann/op report \n r bob/nc accepts x x3"
            " \n s ann/op supersedes x by x2 \n t ann/op supersedes x2 by x3",
            "x superseded x2 superseded x3 official",
            id="also where the one between was never accepted",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n x3 ann/op report \n r bob/nc accepts x x3"
            " \n s ann/op supersedes x by x2 \n t ann/op supersedes x2 by x3 \n q bob/nc rejects t",
            "x official x2 pending x3 official",
            id="but not over a rejected link",
        ),
        pytest.param(
            "x ann/op report \n x2 ann/op report \n r bob/nc accepts x x2 \n s ann/op supersedes x by x2"
            " \n w ann/op withdraws s",
            "x official x2 official s withdrawn",
            id="a withdrawn supersession replaces nothing",
        ),
        pytest.param(
            "x ann/op report \n r bob/nc returns x \n x2 ann/op report \n s ann/op supersedes x by x2"
            " \n q bob/nc accepts x2",
            "x superseded x2 official",
            id="returned, corrected, accepted",
        ),
        pytest.param(
            "x ann/op team \n y bob/nc team \n s bob/nc supersedes x by y",
            "x official y official s pending",
            id="another organisation cannot replace a team alone",
        ),
        pytest.param(
            "x ann/op report \n y ann/op report \n r bob/nc accepts x y \n s ann/op supersedes x by y"
            " \n w ann/op withdraws x \n a bob/nc accepts w",
            "x withdrawn",
            id="withdrawn outweighs superseded",
        ),
    ],
)
def test_stories(ledger, story, standings):
    hashes = tell(ledger, story)
    register = fold(ledger.log())
    words = standings.split()
    expected = dict(zip(words[::2], words[1::2], strict=True))
    assert {name: register.standing(hashes[name]).value for name in expected} == expected


@pytest.mark.parametrize(
    ("needed", "reviewers", "standing"),
    [(1, "bob", "official"), (2, "bob", "pending"), (2, "bob bob", "pending"), (2, "bob cem", "official"),
     (2, "bob ann", "pending"), (2, "bob BOB", "pending"), (3, "bob cem dan", "official")],
)  # fmt: skip
def test_several_reviewers(ledger, needed, reviewers, standing):
    lines = "\n".join(f"r{n} {who}/nc accepts x" for n, who in enumerate(reviewers.split()))
    hashes = tell(ledger, "x ann/op report\n" + lines)
    assert fold(ledger.log(), reviews_needed=needed).standing(hashes["x"]).value == standing


def test_a_removal_needs_as_many_reviewers(ledger):
    hashes = tell(
        ledger,
        """x ann/op report
        r bob/nc accepts x
        q cem/nc accepts x
        w ann/op withdraws x
        a bob/nc accepts w""",
    )
    assert fold(ledger.log(), reviews_needed=2).standing(hashes["x"]).value == "official"
    assert fold(ledger.log(), reviews_needed=1).standing(hashes["x"]).value == "withdrawn"


def test_two_supersessions_of_one_report_are_a_conflict(ledger):
    story = """x ann/op report
    y ann/op report
    z bob/op report
    s ann/op supersedes x by y
    t bob/op supersedes x by z"""
    hashes = tell(ledger, story)
    (conflict,) = fold(ledger.log()).conflicts
    assert conflict.replaced == hashes["x"]
    assert conflict.supersessions == tuple(sorted((hashes["s"], hashes["t"])))
    tell(ledger, "")
    withdrawal = Statement("withdrawal", "w", {"reason": "r"}, DAY, "bob", "op", cites=(hashes["t"],))
    ledger.append([withdrawal])
    assert fold(ledger.log()).conflicts == []


@pytest.mark.parametrize(
    ("story", "conflicts"),
    [
        ("x2 ann/op report \n x3 ann/op report \n s ann/op supersedes x by x2 \n t ann/op supersedes x by x3", 1),
        ("x2 ann/op report \n x3 ann/op report \n s ann/op supersedes x by x2 \n t ann/op supersedes x x2 by x3", 0),
        ("x2 ann/op report \n s ann/op supersedes x by x2 \n t eva/op supersedes x by x2", 0),
        ("x2 ann/op report \n x3 ann/op report \n s ann/op supersedes x by x2 \n w ann/op withdraws x2"
         " \n t ann/op supersedes x by x3", 0),
        ("x2 ann/op report \n x3 ann/op report \n s ann/op supersedes x by x2 \n t ann/op supersedes x by x3"
         " \n u ann/op supersedes x2 by x3", 1),
    ],
)  # fmt: skip
def test_a_supersession_that_was_itself_superseded_or_agrees_is_no_conflict(ledger, story, conflicts):
    tell(ledger, f"x ann/op report \n {story}")
    assert len(fold(ledger.log()).conflicts) == conflicts


def test_a_long_chain_of_pending_corrections_ends_in_the_one_that_is_accepted(ledger):
    lines = ["x0 ann/op report", "r bob/nc accepts x0"]
    for number in range(1, 1500):
        lines += [f"x{number} ann/op report", f"s{number} ann/op supersedes x{number - 1} by x{number}"]
    hashes = tell(ledger, "\n".join(lines))
    assert fold(ledger.log()).standing(hashes["x0"]).value == "official"
    review = Statement("review", "r", {"verdict": "accepted"}, DAY, "bob", "nc", cites=(hashes["x1499"],))
    ledger.append([review])
    register = fold(ledger.log())
    assert register.standing(hashes["x0"]).value == "superseded"
    assert [entry.hash for entry in register.entries("clearance.report")] == [hashes["x1499"]]


def test_standings_without_content_are_the_same(ledger):
    story = """x ann/op report
    r bob/nc accepts x
    x2 ann/op report
    s ann/op supersedes x by x2
    y eva/op report
    w eva/op withdraws y"""
    hashes = tell(ledger, story)
    register, found = fold(ledger.log()), standings(ledger.log())
    for name, entry_hash in hashes.items():
        assert found.of(entry_hash) is register.standing(entry_hash), name


def test_findings_of_reviews(ledger):
    story = """x ann/op report
    y ann/op report
    z bob/op report
    r ann/op accepts x y z
    p bob/nc accepts y
    q cem/nc rejects y"""
    hashes = tell(ledger, story)
    findings = {finding.error.code: finding.details for finding in fold(ledger.log()).findings}
    assert findings == {
        "LR1027": {"author": "ann", "count": 2, "hash": hashes["r"]},
        "LR1028": {"hash": hashes["y"], "subject": "y"},
    }
    assert fold(ledger.log()).standing(hashes["z"]).value == "official"


def test_a_review_of_own_statements_in_other_letters_is_found(ledger):
    hashes = tell(ledger, "x ann/op report\nr Ann/op accepts x")
    (finding,) = fold(ledger.log()).findings
    assert (finding.error.code, finding.details["hash"]) == ("LR1027", hashes["r"])


def test_an_act_before_its_target_is_refused(ledger):
    tell(ledger, "x ann/op report \n r bob/nc accepts x")
    with pytest.raises(LandreleaseError, match="LR1023"):
        fold(reversed(list(ledger.log())))
