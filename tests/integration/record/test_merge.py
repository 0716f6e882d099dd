"""Merging: what joins, what waits, what is refused and recorded; on both databases."""

from dataclasses import replace

import pytest
from tests.samples.bundles import grant, key_of, programme, repacked, report, revocation

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import attach, attachments, read_blob
from landrelease.record.attachments.envelope import seal
from landrelease.record.attachments.erasure import erase
from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle, opened_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.proofs.checkpoint import kept_checkpoints, make_checkpoint, read_checkpoint
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict


def told(result):
    return result.added, result.known, result.held, result.released


def registers_equal(*ledgers) -> bool:
    first, *others = (fold(ledger.log()) for ledger in ledgers)
    return all(first == other for other in others)


@pytest.fixture
def nodes(make_ledger):
    return programme(make_ledger, "north", "south")


@pytest.fixture
def send(tmp_path):
    """Export one ledger and merge it into another."""
    number = iter(range(1_000))

    def send(source, target, since=None, **options):
        (path,) = export_bundle(source, tmp_path / f"{next(number)}.bundle", since)
        return merge(target, path, **options)

    return send


def test_entries_travel_with_bytes_and_signatures(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(number) for number in range(5)])
    assert told(send(north, centre)) == (6, 0, 0, 0)
    sent = [(line.hash, line.content, line.signature) for line in north.store.lines()]
    assert [(line.hash, line.content, line.signature) for line in centre.store.lines(3)] == sent
    assert len({line.received for line in centre.store.lines(3)}) == 1
    assert audit(centre).intact


def test_merging_again_changes_nothing(nodes, send):
    nodes["north"].append([report(1)])
    send(nodes["north"], nodes["centre"])
    before = list(nodes["centre"].store.lines())
    assert told(send(nodes["north"], nodes["centre"])) == (0, 2, 0, 0)
    assert list(nodes["centre"].store.lines()) == before


def test_two_nodes_that_exchange_have_the_same_register(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(1), report(2)])
    send(north, centre)
    reports = [entry.hash for entry in fold(centre.log()).pending()]
    centre.append(review_statements(reports, ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))
    send(centre, north)
    assert registers_equal(centre, north)
    assert len(fold(north.log()).entries("clearance.report")) == 2


def test_what_comes_after_a_gap_waits_until_it_is_closed(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(number) for number in range(6)])
    late = send(north, centre, since=4)
    assert told(late) == (0, 0, 3, 0)
    assert [finding.error.code for finding in late.findings] == ["LR1120"]
    assert told(send(north, centre, since=4)) == (0, 0, 3, 0)
    assert len(list(centre.store.held())) == 3
    assert told(send(north, centre)) == (7, 0, 0, 0)
    assert list(centre.store.held()) == []
    assert audit(centre).intact


def test_a_gap_closed_by_an_earlier_stretch_alone(nodes, send, tmp_path):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(number) for number in range(3)])
    (early,) = export_bundle(north, tmp_path / "early")
    north.append([report(number) for number in range(3, 6)])
    assert told(send(north, centre, since=4)) == (0, 0, 3, 0)
    assert told(merge(centre, early)) == (4, 0, 0, 3)
    assert registers_equal(centre, north) is False  # north has not heard of its own grant
    send(centre, north)
    assert registers_equal(centre, north)


def test_what_cites_an_absent_entry_waits(nodes, send):
    centre, north, south = nodes["centre"], nodes["north"], nodes["south"]
    cited = north.append([report(1)])[0]
    send(centre, south)
    send(north, south)
    south.append(review_statements([cited.hash], ReviewVerdict.ACCEPTED, "person:cem", "op:2"))
    south.append([report(9)])
    reviews = send(south, centre, since=len(south) - 2)
    assert told(reviews)[2] == 2
    whole = send(south, centre)
    assert whole.held == 0
    assert registers_equal(centre, south)


def test_a_fork_is_refused_and_recorded_once(nodes, make_ledger, send, tmp_path):
    centre, north = nodes["centre"], nodes["north"]
    twin = make_ledger(node="north", signer=key_of("north"), root=key_of("centre").public.hex)
    north.append([report(1)])
    send(north, centre)
    twin.append([report(2)])
    (path,) = export_bundle(twin, tmp_path / "twin")
    for _attempt in range(2):
        size = len(centre)
        with pytest.raises(LandreleaseError, match="LR1114"):
            merge(centre, path)
    assert size == len(centre)
    (incident,) = fold(centre.log()).entries("incident")
    offered = next(iter(twin.store.lines()))
    assert (incident.body["kind"], incident.body["node"], incident.body["seq"]) == ("fork", "north", 1)
    assert incident.body["offered"] == offered.hash
    assert incident.body["offered_entry"].encode() == offered.content
    assert bytes.fromhex(incident.body["offered_signature"]) == offered.signature
    assert audit(centre).intact


def test_a_fork_of_what_is_held_is_refused(nodes, make_ledger, send, tmp_path):
    centre, north = nodes["centre"], nodes["north"]
    twin = make_ledger(node="north", signer=key_of("north"), root=key_of("centre").public.hex)
    north.append([report(1), report(2)])
    twin.append([report(3), report(4)])
    send(north, centre, since=2)
    (path,) = export_bundle(twin, tmp_path / "twin")
    with pytest.raises(LandreleaseError, match="LR1116"):  # its log is another
        merge(centre, path)
    with pytest.raises(LandreleaseError, match="LR1114"):
        merge(centre, repacked(path, tmp_path / "bare", checkpoint="", consistency=[]))
    assert fold(centre.log()).entries("clearance.report", official=False) == []


def test_a_restored_copy_learns_that_it_is_old(nodes, make_ledger, send):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(1)])
    send(north, centre)
    restored = make_ledger(node="north", signer=None, root=key_of("centre").public.hex)
    with pytest.raises(LandreleaseError, match="LR1115"):
        send(centre, restored)
    assert len(restored) == 0
    restored.new_node(key_of("north-2"), "north-2")
    assert told(send(centre, restored))[0] == len(centre)


def test_a_node_that_nobody_granted_is_refused(nodes, make_ledger, send):
    stranger = make_ledger(node="east", signer=key_of("east"), root=key_of("centre").public.hex)
    stranger.append([report(1)])
    with pytest.raises(LandreleaseError, match="LR1109"):
        send(stranger, nodes["centre"])
    nodes["centre"].append([grant("east")])
    assert told(send(stranger, nodes["centre"])) == (2, 0, 0, 0)


def test_a_node_is_known_by_a_grant_in_the_bundle_itself(nodes, send):
    nodes["north"].append([report(1)])
    send(nodes["north"], nodes["centre"])
    assert told(send(nodes["centre"], nodes["south"])) == (5, 0, 0, 0)  # grants, south's own entry is not there


def test_a_node_speaks_only_for_its_organisations(make_ledger, send):
    centre = programme(make_ledger)["centre"]
    north = make_ledger(node="north", signer=key_of("north"), root=key_of("centre").public.hex)
    centre.append([grant("north", organisations=["op:1"])])
    north.append([report(1)])
    send(north, centre)
    north.append([report(2, organisation="op:2")])
    with pytest.raises(LandreleaseError, match="LR1113"):
        send(north, centre)


def test_what_was_signed_after_a_revocation_is_refused(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(1)])
    send(north, centre)
    centre.append([revocation("north", 3)])
    north.append([report(2)])
    with pytest.raises(LandreleaseError, match="LR1112"):
        send(north, centre)
    assert len(fold(centre.log()).about("report:2")) == 0


def test_void_entries_travel_only_where_others_stand_on_them(nodes, send):
    centre, north, south = nodes["centre"], nodes["north"], nodes["south"]
    north.append([report(number) for number in range(4)])  # numbers 2 to 5
    send(north, centre)
    third = list(north.store.lines())[2].hash
    centre.append(review_statements([third], ReviewVerdict.RETURNED, "person:bo", "op:nc", "look again"))
    centre.append([revocation("north", 3)])
    send(centre, south)
    kept = [line.hash for line in south.store.lines() if b'"node":"north"' in line.content]
    assert kept == [line.hash for line in north.store.lines()][:3]  # number 3 is cited, 4 and 5 by nobody
    send(south, centre)
    assert registers_equal(centre, south)
    assert audit(south).intact


def test_a_void_entry_held_at_the_centre_does_not_break_the_exchange(nodes, send):
    centre, north, south = nodes["centre"], nodes["north"], nodes["south"]
    north.append([report(1), report(2)])
    send(north, south) if south.trust().knows("north") else send(centre, south)
    send(north, south)
    centre.append([revocation("north", 2)])
    send(centre, south)
    south.append([report(3)])
    send(south, centre)
    assert registers_equal(centre, south)


def test_unsigned_ledgers_merge_only_when_told(make_ledger, send):
    one, other = make_ledger(node="one"), make_ledger(node="other")
    one.append([report(1)])
    with pytest.raises(LandreleaseError, match="LR1118"):
        send(one, other)
    result = send(one, other, allow_unsigned=True)
    assert told(result) == (1, 0, 0, 0)
    assert [finding.error.code for finding in result.findings] == ["LR1123"]
    assert registers_equal(one, other)


def test_entries_from_before_the_first_key_wait_for_a_signed_one(make_ledger, tmp_path):
    """A ledger of the time before keys: the signed introduction vouches for the chain behind it."""
    centre = programme(make_ledger)["centre"]
    old = make_ledger(node="old")
    old.append([report(number) for number in range(3)])
    (unsigned,) = export_bundle(old, tmp_path / "unsigned")
    centre.append([grant("old", from_seq=4)])
    assert told(merge(centre, unsigned)) == (0, 0, 3, 0)
    old.signer = key_of("old")
    old.introduce()
    (signed,) = export_bundle(old, tmp_path / "signed", since=3)
    assert told(merge(centre, signed)) == (1, 0, 0, 3)
    assert [line.signature is not None for line in centre.store.lines(2)] == [False, False, False, True]
    assert audit(centre).intact


def test_a_forged_unsigned_entry_that_waits_does_not_stop_the_true_one(make_ledger, tmp_path):
    centre = programme(make_ledger)["centre"]
    forger, old = make_ledger(node="old"), make_ledger(node="old")
    centre.append([grant("old", from_seq=2)])
    forger.append([report(66)])
    merge(centre, export_bundle(forger, tmp_path / "forged")[0])
    old.append([report(1)])
    old.signer = key_of("old")
    old.introduce()
    assert told(merge(centre, export_bundle(old, tmp_path / "true")[0]))[0] == 2
    assert list(centre.store.held()) == []
    assert fold(centre.log()).about("report:66") == []


def test_parts_arrive_in_any_order(nodes, tmp_path):
    centre, north = nodes["centre"], nodes["north"]
    north.append([report(number) for number in range(60)])
    paths = export_bundle(north, tmp_path / "p", max_bytes=6_000)
    assert len(paths) > 5
    assert all(path.stat().st_size < 6_000 + 2_000 for path in paths)
    for path in reversed(paths):
        merge(centre, path)
    assert list(centre.store.held()) == []
    assert len(centre) == 3 + 61
    assert audit(centre).intact


def test_the_same_log_gives_the_same_bytes(nodes, tmp_path):
    nodes["north"].append([report(1)])
    one, other = (export_bundle(nodes["north"], tmp_path / name)[0].read_bytes() for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize(("since", "code"), [(9, "LR1124"), (-1, "LR1124")])
def test_what_cannot_be_exported(nodes, tmp_path, since, code):
    with pytest.raises(LandreleaseError, match=code):
        export_bundle(nodes["north"], tmp_path / "x", since)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_not_overwritten_and_an_entry_is_not_cut(nodes, tmp_path):
    export_bundle(nodes["north"], tmp_path / "x")
    with pytest.raises(LandreleaseError, match="LR1126"):
        export_bundle(nodes["north"], tmp_path / "x")
    with pytest.raises(LandreleaseError, match="LR1125"):
        export_bundle(nodes["north"], tmp_path / "y", max_bytes=100)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_bundle_from_a_checkpoint(nodes, tmp_path, make_ledger):
    north = nodes["north"]
    checkpoint = read_checkpoint(make_checkpoint(north))[1]
    north.append([report(1)])
    (path,) = export_bundle(north, tmp_path / "x", checkpoint)
    with opened_bundle(path) as bundle:
        assert (bundle.manifest.start, bundle.manifest.stop, bundle.manifest.entries) == (1, 2, 1)
    with pytest.raises(LandreleaseError, match="LR1084"):
        export_bundle(north, tmp_path / "y", replace(checkpoint, root=bytes(32)))
    with pytest.raises(LandreleaseError, match="LR1086"):  # not rewritten, only another log's
        export_bundle(nodes["south"], tmp_path / "y", checkpoint)


def test_who_merges_is_a_witness_of_the_sender(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    for number in range(3):
        size = len(north)
        north.append([report(number)])
        result = send(north, centre, since=size if number else 0)
        assert result.findings == ()
    assert [one.checkpoint.size for one in kept_checkpoints(centre, "landrelease/north")] == [2, 3, 4]


def test_a_log_that_was_rewritten_is_refused_and_recorded_once(nodes, make_ledger, send, tmp_path):
    """The same entries in another order of arrival: no chain is broken, only the log that was shown before."""
    centre, north = nodes["centre"], nodes["north"]
    send(centre, north)
    north.append([report(1)])
    send(north, centre)
    rewritten = make_ledger(node="north", root=key_of("centre").public.hex)
    rows = sorted(north.store.rows(), key=lambda row: (row.node != "north", row.place))
    with rewritten.store.writing() as writer:
        writer.add_many(row._replace(place=place, received=rows[-1].received) for place, row in enumerate(rows))
    rewritten.signer = key_of("north")
    (path,) = export_bundle(rewritten, tmp_path / "rewritten")
    for _attempt in range(2):
        size = len(centre)
        with pytest.raises(LandreleaseError, match="LR1116"):
            merge(centre, path)
    assert size == len(centre)
    (incident,) = fold(centre.log()).entries("incident")
    assert incident.body["kind"] == "log_inconsistent"
    assert len({incident.body["stored_checkpoint"], incident.body["offered_checkpoint"]}) == 2


def test_a_checkpoint_from_elsewhere_than_the_kept_size_is_told(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    send(north, centre)
    north.append([report(1)])
    north.append([report(2)])
    result = send(north, centre, since=2)
    assert [finding.error.code for finding in result.findings] == ["LR1121", "LR1120"]


def test_attachments_travel_and_are_confirmed(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    made = north.append([report(1)])[0]
    photo = attach(north, b"photograph", cites=[made.hash], author="a", organisation="op:1", name="p.jpg")
    secret = attach(north, b"a name", cites=[made.hash], author="a", organisation="op:1", personal=True)
    result = send(north, centre)
    assert result.blobs == (photo.body["blob"],)
    assert read_blob(centre, photo.body["blob"]).content == b"photograph"
    assert centre.store.blob(secret.body["blob"]) is None
    send(centre, north)
    states = {state.hash: state for state in attachments(north, fold(north.log()))}
    assert states[photo.body["blob"]].safe
    assert not states[secret.body["blob"]].safe


def test_what_an_earlier_statement_marks_as_personal_stays_here(nodes, tmp_path):
    north, sealed = nodes["north"], seal(b"a name", "text/plain")
    made = north.append([report(1)])[0]
    attach(north, sealed, cites=[made.hash], author="a", organisation="op:1", personal=True)
    since = len(north)
    attach(north, sealed, cites=[made.hash], author="a", organisation="op:1")
    for personal, carried in ((False, ()), (True, ((sealed.sha256, len(sealed.envelope)),))):
        (path,) = export_bundle(north, tmp_path / f"{personal}.bundle", since, personal=personal)
        with opened_bundle(path) as bundle:
            assert bundle.manifest.blobs == carried


def test_an_erasure_that_others_ask_for_is_told(nodes, send):
    centre, north = nodes["centre"], nodes["north"]
    made = centre.append([report(1)])[0]
    photo = attach(centre, b"photograph", cites=[made.hash], author="a", organisation="op:1")
    send(centre, north)
    erase(north, [photo.body["blob"]], "unwelcome", "b", "op:2")
    assert "LR1149" in [finding.error.code for finding in send(north, centre).findings]
    assert read_blob(centre, photo.body["blob"]).content == b"photograph"


def test_a_clock_ahead_is_told(nodes, make_ledger, send):
    from datetime import UTC, datetime

    fast = make_ledger(
        node="north", signer=key_of("north"), root=key_of("centre").public.hex,
        clock=lambda: datetime(2100, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    fast.append([report(1)])
    result = send(fast, nodes["centre"])
    assert told(result) == (2, 0, 0, 0)
    assert [(one.error.code, one.details["count"]) for one in result.findings] == [("LR1119", 2)]


def test_new_conflicts_are_listed(nodes, send):
    centre, north, south = nodes["centre"], nodes["north"], nodes["south"]
    team = Statement("team", "team:1", {"name": "T", "asset_kind": "machine", "people": 1}, "2026", "person:a", "op:1")
    first = centre.append([team])[0]
    send(centre, north)
    send(centre, south)
    for node, people in ((north, 2), (south, 3)):
        with node.batch() as batch:
            body = {"name": "T", "asset_kind": "machine", "people": people}
            later = batch.add(Statement("team", "team:1", body, "2026", "person:a", "op:1"))
            change = {"replaced": [first.hash], "by": [later.hash], "reason": "count"}
            cites = (first.hash, later.hash)
            batch.add(Statement("supersession", "team:1", change, "2026", "person:a", "op:1", cites=cites))
    assert send(north, centre).conflicts == []
    (conflict,) = send(south, centre).conflicts
    assert (conflict.replaced, conflict.grade.value, conflict.fields) == (first.hash, "hard", ("body.people",))


def test_a_merge_that_is_cancelled_leaves_nothing(nodes, tmp_path):
    class Cancel:
        def __init__(self, after):
            self.left = after

        def begin(self, label, total=None): ...
        def end(self): ...
        def advance(self, units=1):
            self.left -= units
            if self.left < 0:
                raise KeyboardInterrupt

    nodes["north"].append([report(number) for number in range(20)])
    (path,) = export_bundle(nodes["north"], tmp_path / "x")
    before = len(nodes["centre"])
    for after in (5, 25, 50):  # in each of the three passes
        with pytest.raises(KeyboardInterrupt):
            merge(nodes["centre"], path, progress=Cancel(after))
        assert len(nodes["centre"]) == before
    assert merge(nodes["centre"], path).added == 21
