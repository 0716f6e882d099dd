"""Whatever lawful happens to keys, a new node takes in a whole ledger and has the same register."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.bundles import key_of, programme, report

from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.record.signing.keyring import grant_key, revoke_key
from landrelease.terms import KeyRole, ReviewVerdict

DEEDS = ("report", "review", "rotate", "narrow", "new root key", "new node", "office", "dismiss", "exchange")
FIELD = ("north", "region", "west")


class Programme:
    """A centre with two nodes, one of which, when in office, grants the key of a third; deeds that cannot be done are
    passed over."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._nodes = programme(self.made, "north", "region")
        self.centre = self._nodes["centre"]
        self._send(self.centre, self._nodes["region"])

    def made(self, node: str, **options) -> Ledger:
        return Ledger.create(self._folder / node, node, **options)

    def do(self, deed: str, choice: int) -> None:
        self._count += 1
        node = self._nodes.get(FIELD[choice % len(FIELD)])
        if node is None or not self._can_write(node):
            return
        getattr(self, "_" + deed.replace(" ", "_"))(node, choice)

    def exchange(self) -> None:
        for name, node in self._nodes.items():
            if name != "centre" and self.centre.trust().keys(node.node, node.store.heads()[node.node].seq):
                self._send(node, self.centre)

    def _send(self, source: Ledger, target: Ledger) -> None:
        self._count += 1
        merge(target, export_bundle(source, self._folder / f"{self._count}.bundle")[0])

    def _can_write(self, node: Ledger) -> bool:
        head = node.store.heads()[node.node]
        known = self.centre.trust().keys(node.node, head.seq + 1)
        return node.signer is not None and node.signer.public in known

    def _report(self, node: Ledger, choice: int) -> None:
        node.append([report(self._count, f"person:{node.node}", "op:2")])

    def _exchange(self, node: Ledger, choice: int) -> None:
        self._send(node, self.centre)
        self._send(self.centre, node)

    def _review(self, node: Ledger, choice: int) -> None:
        pending = [entry.hash for entry in fold(self.centre.log()).pending()]
        if pending:
            self.centre.append(review_statements(pending[:1], ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))

    def _rotate(self, node: Ledger, choice: int, organisations: tuple[str, ...] = ()) -> None:
        """The old key is revoked from some number on, lawfully or because somebody had it for a while."""
        self._send(node, self.centre)
        old, new = node.signer, key_of(f"key {self._count}")
        head = self.centre.store.heads()[node.node].seq
        grant_key(self.centre, new.public, KeyRole.NODE, node.node, organisations=organisations)
        revoke_key(self.centre, old.public, "changed", from_seq=max(2, head + 1 - choice % 3))
        self._send(self.centre, node)
        node.replace_key(new, "changed")

    def _narrow(self, node: Ledger, choice: int) -> None:
        self._rotate(node, choice, ("op:2",))

    def _new_root_key(self, node: Ledger, choice: int) -> None:
        self.centre.replace_key(key_of(f"key {self._count}"), "changed")
        for ledger in self._nodes.values():
            ledger.trust_root(self.centre.root)

    def _new_node(self, node: Ledger, choice: int) -> None:
        self.centre.new_node(node=f"centre {self._count}")

    def _office(self, node: Ledger, choice: int) -> None:
        region = self._nodes["region"]
        if "west" in self._nodes or self.centre.trust().revocation_of(region.signer.public) is not None:
            return
        grant_key(self.centre, region.signer.public, KeyRole.AUTHORITY, "region")
        self._send(self.centre, region)
        self._nodes["west"] = west = self.made("west", signer=key_of("west"), root=self.centre.root)
        grant_key(region, key_of("west").public, KeyRole.NODE, "west")
        self._send(region, self.centre)
        self._send(self.centre, west)

    def _dismiss(self, node: Ledger, choice: int) -> None:
        region = self._nodes["region"]
        if self._can_write(region):
            self.exchange()
            revoke_key(self.centre, region.signer.public, "dismissed", from_seq=2 + choice % 6)


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 11)), min_size=3, max_size=9))
@settings(max_examples=25)
def test_a_new_node_takes_in_every_lawful_history(deeds):
    with TemporaryDirectory() as name:
        made = Programme(Path(name))
        for deed, choice in deeds:
            made.do(deed, choice)
        made.exchange()
        with Ledger.create(Path(name) / "fresh", "fresh", root=made.centre.root) as fresh:
            merge(fresh, export_bundle(made.centre, Path(name) / "whole")[0])
            assert list(fresh.store.held()) == []
            assert fold(fresh.log()) == fold(made.centre.log())
            assert audit(fresh).intact
