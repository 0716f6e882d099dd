"""Merging is the union of sets: the order of bundles, doing it again, and how a log is cut play no part."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.bundles import key_of, programme, report

from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.manifest import bundle_line, cut_line, line_bytes
from landrelease.record.bundles.merge import merge
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict


def history(folder: Path, deeds: list[int]) -> Ledger:
    """A centre and two nodes that review each other; all of it is in the centre's log."""
    nodes = programme(lambda node, **options: Ledger.create(folder / node, node, **options), "north", "south")
    centre = nodes["centre"]
    for number, deed in enumerate(deeds):
        ledger = nodes[("centre", "north", "south")[deed % 3]]
        known = [entry.hash for entry in fold(ledger.log()).pending() if entry.node != ledger.node]
        if deed > 5 and known:
            ledger.append(review_statements(known[:1], ReviewVerdict.ACCEPTED, f"person:{ledger.node}", "op:nc"))
        else:
            ledger.append([report(number, f"person:{ledger.node}")])
        if deed % 2:
            (folder / "b").unlink(missing_ok=True)
            merge(centre, export_bundle(ledger, folder / "b")[0]) if ledger is not centre else None
    for name in ("north", "south"):
        merge(centre, export_bundle(nodes[name], folder / f"{name}.last")[0])
        nodes[name].close()
    return centre


@given(st.lists(st.integers(0, 11), min_size=2, max_size=8), st.lists(st.integers(0, 100), max_size=3), st.randoms())
@settings(max_examples=12)
def test_stretches_of_a_log_in_any_order_and_twice_give_the_log(deeds, cuts, random):
    with TemporaryDirectory() as name:
        folder = Path(name)
        with history(folder, deeds) as centre:
            starts = {0, *(cut % (len(centre) + 1) for cut in cuts)}
            bundles = [export_bundle(centre, folder / f"from-{start}", start)[0] for start in sorted(starts)]
            order = bundles * 2
            random.shuffle(order)
            root = key_of("centre").public.hex
            with Ledger.create(folder / "reader", "reader", root=root) as reader:
                known = set()
                for path in order:
                    if path.name == "from-0" or known:  # the grants of the nodes are at the beginning
                        merge(reader, path)
                        known.add(path)
                assert fold(reader.log()) == fold(centre.log())
                assert {line.hash for line in reader.store.lines()} == {line.hash for line in centre.store.lines()}
                before = list(reader.store.rows())
                assert merge(reader, bundles[0]).added == 0
                assert list(reader.store.rows()) == before
                assert audit(reader).intact


@given(st.lists(st.integers(0, 11), min_size=2, max_size=6), st.integers(3_000, 9_000), st.randoms())
@settings(max_examples=8)
def test_parts_of_any_size_in_any_order_give_the_log(deeds, largest, random):
    with TemporaryDirectory() as name:
        folder = Path(name)
        with history(folder, deeds) as centre:
            paths = export_bundle(centre, folder / "parts", max_bytes=largest)
            first, *rest = paths
            random.shuffle(rest)
            with Ledger.create(folder / "reader", "reader", root=key_of("centre").public.hex) as reader:
                for path in (first, *rest):  # the grants are in the first
                    merge(reader, path)
                assert list(reader.store.held()) == []
                assert fold(reader.log()) == fold(centre.log())


@given(
    st.binary(max_size=60).filter(lambda content: b"\n" not in content), st.none() | st.binary(min_size=64, max_size=64)
)
def test_a_line_gives_back_exactly_what_it_was_made_of(content, signature):
    line = bundle_line(content, signature)
    assert len(line) == line_bytes(content, signature)
    assert line.count(b"\n") == 1
    assert cut_line(line[:-1]) == (content, signature)


@given(st.binary(max_size=200))
def test_any_line_is_cut_or_refused(line):
    try:
        content, signature = cut_line(line)
    except ValueError:
        return
    assert bundle_line(content, signature) == line + b"\n"
