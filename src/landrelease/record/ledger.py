"""The ledger: statements in the order in which they arrived, never edited."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import overload

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV, encode_entry, read_entry
from landrelease.record.entry import Entry, Logged, Statement
from landrelease.record.keeping import KeyGrant, KeyRevocation
from landrelease.record.signing.keys import PublicKey, SigningKey, entry_message
from landrelease.record.signing.trust import KEY_KINDS, SYSTEM, Signed, Trust, officer_problem
from landrelease.record.statements import prepare
from landrelease.record.stores import Head, Line, Row, Store, Writer
from landrelease.record.stores.sqlite import SqliteStore
from landrelease.record.when import Clock, time_text, upper_bound, utc_now
from landrelease.terms import KeyRole

WAIT_S = 30.0
"""How long an append waits for another writer, in seconds."""


def random_nonce() -> str:
    """Return 16 random bytes in hexadecimal: nobody can confirm a guessed statement from its hash."""
    return secrets.token_hex(16)


class Ledger:
    """An append-only log of statements.

    Parameters
    ----------
    store
        Where the bytes lie.
    clock
        Gives the time, with its zone. `recorded` is what the clock says; `received` is the same, but never earlier than
        that of the entry before: a clock set back does not stop the work, and the order of arrival stands.
    nonce
        Gives 32 hexadecimal digits for each entry; replaced only to make a ledger that can be made again exactly.
    signer
        The node's key; every entry is signed with it. None where the node's entries are not signed, or only read.

    Notes
    -----
    Readers see what is committed, also while someone writes. One writer at a time: another waits `wait_s`, then
    is refused with LR1013. A `Ledger` may be shared by threads, not by forked processes; each opens its own.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock = utc_now,
        nonce: Callable[[], str] = random_nonce,
        signer: SigningKey | None = None,
    ) -> None:
        self._store, self._clock, self._nonce = store, clock, nonce
        self.signer = signer
        self._key_lines: tuple[int, tuple[tuple[int, Signed], ...]] = (0, ())
        self._trust: tuple[str | None, int, Trust] | None = None

    @classmethod
    def create(
        cls,
        path: Path | str,
        node: str | None = None,
        clock: Clock = utc_now,
        *,
        signer: SigningKey | None = None,
        root: str | None = None,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Make a ledger file for a node.

        Parameters
        ----------
        node
            By default a new random one.
        signer
            The node's key, introduced by the first entry.
        root
            Public key of the authority that the ledger trusts; by default the signer's own.

        Raises
        ------
        LandreleaseError
            LR1009 for a path that exists, LR1066 for a root that is no key.
        """
        trusted = PublicKey.from_hex(root).hex if root else None
        ledger = cls(SqliteStore.create(Path(path), node or secrets.token_hex(16), wait_s), clock, nonce, signer)
        ledger._begin(trusted)
        return ledger

    @classmethod
    def open(
        cls,
        path: Path | str,
        clock: Clock = utc_now,
        *,
        signer: SigningKey | None = None,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Open a ledger file. Refuses one that is missing, foreign, newer or damaged (LR1008, LR1010 to LR1012)."""
        return cls(SqliteStore.open(Path(path), wait_s), clock, nonce, signer)

    @classmethod
    def create_database(
        cls,
        dsn: str,
        node: str | None = None,
        clock: Clock = utc_now,
        *,
        signer: SigningKey | None = None,
        root: str | None = None,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Start a ledger in a PostgreSQL database, as `create` does in a file.

        Parameters
        ----------
        dsn
            Connection string of a prepared database, or of its owner, who may prepare it.

        Raises
        ------
        LandreleaseError
            LR1009 for a database that holds a ledger, LR1041 where no server answers, LR1044 where somebody else has to
            prepare the database, LR1066 for a root that is no key.
        """
        from landrelease.record.stores.postgres import PostgresStore  # the driver takes long to load

        trusted = PublicKey.from_hex(root).hex if root else None
        ledger = cls(PostgresStore.create(dsn, node or secrets.token_hex(16), wait_s), clock, nonce, signer)
        ledger._begin(trusted)
        return ledger

    @classmethod
    def open_database(
        cls,
        dsn: str,
        clock: Clock = utc_now,
        *,
        signer: SigningKey | None = None,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Open the ledger of a PostgreSQL database.

        Refuses one that is missing, newer or older (LR1008, LR1011, LR1044, LR1045), a server that does not let us in
        (LR1041), a role that sees only a part of the record (LR1049).
        """
        from landrelease.record.stores.postgres import PostgresStore

        return cls(PostgresStore.open(dsn, wait_s), clock, nonce, signer)

    @property
    def node(self) -> str:
        """The node that appends here."""
        return self._store.node

    @property
    def clock(self) -> Clock:
        """What gives the time of an append."""
        return self._clock

    @property
    def store(self) -> Store:
        """Where the bytes lie; for the audit."""
        return self._store

    @property
    def root(self) -> str | None:
        """Public key of the authority that this ledger trusts, in hexadecimal digits; None where it trusts nobody."""
        return self._store.meta("root")

    def trust_root(self, public_key: str) -> None:
        """Trust this authority from now on. Its fingerprint has been compared by the people who do so."""
        key = PublicKey.from_hex(public_key)
        with self._store.writing() as writer:
            writer.set_meta("root", key.hex)

    def key_statements(self, received_by: str | date | datetime | None = None) -> list[Signed]:
        """Return the grants and revocations that had been received by a time, whether they count or not."""
        return self._keys_up_to(self._size_at(received_by))

    def trust(self, received_by: str | date | datetime | None = None) -> Trust:
        """Weigh the keys as they were known at a time; see `landrelease.record.signing.trust`."""
        return self._trust_up_to(self._size_at(received_by))

    def _trust_up_to(self, size: int) -> Trust:
        statements, root = self._keys_up_to(size), self.root
        kept = self._trust  # the statements only ever grow, so that their number names them
        if kept is None or kept[:2] != (root, len(statements)):
            kept = self._trust = (root, len(statements), Trust.of(statements, root))
        return kept[2]

    def introduce(
        self, author: str = SYSTEM, organisation: str = SYSTEM, organisations: Sequence[str] = ()
    ) -> Entry | None:
        """Sign from now on: record that the signer's key is this node's. What was recorded before stays unsigned.

        Parameters
        ----------
        author, organisation
            Who says so.
        organisations
            For whom the node speaks; any where it is empty. Counts only where this key is the root.

        Returns
        -------
        Entry or None
            The first entry with this key; None where the key had been introduced or granted already.

        Notes
        -----
        A ledger that trusts nobody yet trusts its own key from now on, until `trust_root`. To others the node's entries
        count when an authority that they trust has granted the key.
        """
        with self._writing() as writer:
            if self._may_sign(self.trust(), self._next_seq(writer)):
                return None
            return self._introduced(writer, self.node, author, organisation, organisations)

    def replace_key(self, signer: SigningKey, reason: str, author: str = SYSTEM, organisation: str = SYSTEM) -> Entry:
        """Go on with another key, where the one in use can no longer sign; return the entry that introduces it.

        Notes
        -----
        Where the old key was the root of this ledger, the new one becomes it: it vouches for what the old one signed
        and revokes it from here on, and other ledgers must be told to trust it (`trust_root`). Elsewhere an authority
        has to grant the new key.
        """
        with self._writing() as writer:
            trust, old = self.trust(), self.root
            roots = [grant for grant in trust.grants if grant.depth == 0]
            own = any(grant.holder == self.node for grant in roots)
            if own:
                writer.set_meta("root", signer.public.hex)
            self.signer = signer
            batch = self._batch(writer, self.node, None)
            role = KeyRole.AUTHORITY if own else KeyRole.NODE
            new = batch.add(self._grant(signer.public.hex, role, batch.next_seq, author, organisation))
            ends = {grant.holder: (writer.head(grant.holder) or Head(0, "")).seq + 1 for grant in roots}
            for grant in roots if own and old else ():
                end = new.seq if grant.holder == self.node else ends[grant.holder]
                batch.add(self._grant(grant.key.hex, role, grant.from_seq, author, organisation, node=grant.holder))
                body = KeyRevocation(public_key=grant.key.hex, from_seq=end, holder=grant.holder, reason=reason)
                subject = f"key:{grant.key.hex}"
                batch.add(Statement("key.revocation", subject, body, self._today(), author, organisation))
        return new

    def new_node(self, signer: SigningKey | None = None, node: str | None = None) -> str:
        """Go on as a new node: after a restore from a backup, whose next entry would fork the old chain.

        Parameters
        ----------
        signer
            Key of the new node; by default the one in use.

        Returns
        -------
        str
            Id of the new node. Its first entry introduces its key; an authority has yet to grant it, unless the key is
            the root.
        """
        node, key = node or secrets.token_hex(16), signer or self.signer
        with self._store.writing() as writer:
            last = writer.head(self.node)
            if key is None and last is not None and last.signed:
                raise fail(ErrorCode.KEY_NEEDED, node=self.node)
            writer.set_meta("node", node)
            self.signer = key
            if key is not None:
                self._introduced(writer, node, SYSTEM, SYSTEM, ())
        self._store.node = node
        return node

    def append(self, statements: Iterable[Statement], progress: Progress = SILENT) -> "Appended":
        """Add statements in one transaction: all of them or, when one is refused or the work is cancelled, none.

        Parameters
        ----------
        statements
            Drawn one at a time; nothing but the current one is held.

        Returns
        -------
        Appended
            The new entries, read from the ledger when they are asked for.

        Raises
        ------
        LandreleaseError
            LR1001 to LR1007 for a statement, LR1013 when another writer does not finish, LR1030 for a full disk.
        """
        total = len(statements) if isinstance(statements, Sized) else None
        with self.batch() as batch:
            start = batch.next_index
            for statement in track(statements, progress, _("Recording statements"), total):
                batch.put(statement)
        return Appended(self, start, batch.next_index)

    @contextmanager
    def batch(self) -> Iterator["Batch"]:
        """Add statements one by one in one transaction, so that a later one can cite an earlier one.

        ``with ledger.batch() as batch: report = batch.add(...); batch.add(a review that cites report.hash)``
        """
        with self._writing() as writer:
            size = writer.last()[0] + 1
            trust = self._trust_up_to(size)
            self._check_signer(trust, self._next_seq(writer), writer.head(self.node))
            batch = self._batch(writer, self.node, trust)
            yield batch
        if not batch.spoke_of_keys and self._key_lines[0] == size:
            self._key_lines = batch.next_index, self._key_lines[1]  # nothing there to read again

    def log(self, received_by: str | date | datetime | None = None, kind: str | None = None) -> Iterator[Logged]:
        """Yield the entries in the order of arrival, each checked against its hash.

        Parameters
        ----------
        received_by
            Only what had been received by then; a date, month or year counts to its end (UTC).
        kind
            Only entries of this kind.

        Raises
        ------
        LandreleaseError
            LR1018 where an entry's bytes have been changed, LR1021 where a line is missing; then run the audit.
        """
        bound = upper_bound(received_by) if received_by is not None else "~"
        size, trust = self._store.size(), self.trust(received_by)
        for position, line in enumerate(self._store.lines(0, size, kind)):
            if line.received > bound:
                return
            if kind is None and line.place != position:
                raise fail(ErrorCode.LOG_GAP, index=line.place, expected=position)
            entry = _checked(line)
            yield Logged(line.place, line.received, entry, trust.revoked(entry.node, entry.seq) is not None)

    def entry(self, entry_hash: str) -> Entry:
        """Return one entry. Refuses (LR1015) a hash that is not here."""
        line = self._store.find(entry_hash)
        if line is None:
            raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
        return _checked(line)

    def slice(self, start: int, stop: int) -> Iterator[Entry]:
        """Yield the entries with index from `start` to before `stop`."""
        return map(_checked, self._store.lines(start, stop))

    def __contains__(self, entry_hash: object) -> bool:
        return isinstance(entry_hash, str) and self._store.find(entry_hash) is not None

    def __len__(self) -> int:
        return self._store.size()

    def close(self) -> None:
        """Release the file."""
        self._store.close()

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """Begin a transaction as the node that the ledger has now: another program may have gone on as a new one."""
        with self._store.writing() as writer:
            self._store.node = self._store.meta("node") or self._store.node
            yield writer

    def _begin(self, root: str | None) -> None:
        """Say in a new ledger whom it trusts, and introduce its key."""
        if root is not None:
            self.trust_root(root)
        if self.signer is not None:
            self.introduce()

    def _key_statements(self, size: int) -> tuple[tuple[int, Signed], ...]:
        """Key statements with their places in the log, at least up to before `size`; read once."""
        known, statements = self._key_lines
        if known < size:
            lines = [line for kind in KEY_KINDS for line in self._store.lines(known, size, kind)]
            added = ((line.place, Signed(_checked(line), line.signature)) for line in sorted(lines))
            statements += tuple(added)
            self._key_lines = size, statements
        return statements

    def _next_seq(self, writer: Writer) -> int:
        return (writer.head(self.node) or Head(0, FIRST_PREV)).seq + 1

    def _size_at(self, received_by: str | date | datetime | None) -> int:
        return self._store.size() if received_by is None else self._store.size_at(upper_bound(received_by))

    def _keys_up_to(self, size: int) -> list[Signed]:
        return [statement for place, statement in self._key_statements(size) if place < size]

    def _may_sign(self, trust: Trust, seq: int) -> bool:
        keys = (*trust.keys(self.node, seq), *trust.own_keys(self.node, seq))
        return self.signer is not None and self.signer.public in keys

    def _check_signer(self, trust: Trust, seq: int, head: Head | None) -> None:
        """Refuse (LR1060, LR1065) an entry that others could not take for this node's."""
        if self.signer is None:
            due = trust.signed_from(self.node)
            if (head is not None and head.signed) or (due is not None and due <= seq):
                raise fail(ErrorCode.KEY_NEEDED, node=self.node)
        elif not self._may_sign(trust, seq):
            raise fail(ErrorCode.KEY_NOT_GRANTED, fingerprint=self.signer.public.fingerprint, node=self.node, seq=seq)

    def _batch(self, writer: Writer, node: str, trust: Trust | None) -> "Batch":
        return Batch(writer, node, time_text(self._clock()), self._nonce, self.signer, trust)

    def _introduced(
        self, writer: Writer, node: str, author: str, organisation: str, organisations: Sequence[str]
    ) -> Entry:
        if self.signer is None:
            raise fail(ErrorCode.KEY_NEEDED, node=node)
        key, batch = self.signer.public.hex, self._batch(writer, node, None)
        root = self.root
        if root is None:
            writer.set_meta("root", key)
        role = KeyRole.AUTHORITY if root in (None, key) else KeyRole.NODE
        return batch.add(self._grant(key, role, batch.next_seq, author, organisation, organisations, node))

    def _grant(
        self,
        key: str,
        role: KeyRole,
        from_seq: int,
        author: str,
        organisation: str,
        organisations: Sequence[str] = (),
        node: str | None = None,
    ) -> Statement:
        body = KeyGrant(
            role=role,
            holder=node or self.node,
            public_key=key,
            from_seq=from_seq,
            organisations=list(organisations),
        )
        return Statement("key.grant", f"key:{key}", body, self._today(), author, organisation)

    def _today(self) -> str:
        return time_text(self._clock())[:10]

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Batch:
    """One append under way."""

    def __init__(
        self,
        writer: Writer,
        node: str,
        recorded: str,
        nonce: Callable[[], str],
        signer: SigningKey | None = None,
        trust: Trust | None = None,
    ) -> None:
        self._writer, self._node, self._recorded, self._nonce = writer, node, recorded, nonce
        self._signer, self._trust = signer, trust
        self._bound = trust is not None and any(one.organisations for one in trust.grants if one.holder == node)
        last_index, last_received = writer.last()
        self.next_index = last_index + 1
        self.spoke_of_keys = False
        self._received = max(recorded, last_received)
        self._head = writer.head(node) or Head(0, FIRST_PREV)

    @property
    def next_seq(self) -> int:
        """Number of the node's next entry."""
        return self._head.seq + 1

    def add(self, statement: Statement) -> Entry:
        """Add a statement and return its entry. Raises as `Ledger.append`."""
        entry_hash, content = self.put(statement)
        return read_entry(entry_hash, content)

    @property
    def writer(self) -> Writer:
        """The open transaction: for blobs that are stored, or erased, together with the statement that says so."""
        return self._writer

    def put(self, statement: Statement) -> tuple[str, bytes]:
        """Add a statement and return its hash and bytes. Raises as `Ledger.append`."""
        members, body = prepare(statement)
        self._check_words(statement)
        for cited in statement.cites:
            if not self._writer.holds(cited):
                raise fail(ErrorCode.CITED_UNKNOWN, subject=statement.subject, cited=cited)
        seq, prev = self._head.seq + 1, self._head.hash
        entry_hash, content = encode_entry(
            members, body, node=self._node, seq=seq, prev=prev, recorded=self._recorded, nonce=self._nonce()
        )
        self._writer.add(
            Row(
                self.next_index, self._received, entry_hash, self._node, seq, prev, members["kind"],
                members["kind_version"], statement.subject, statement.valid_from, statement.valid_to, self._recorded,
                statement.author, statement.organisation, content,
                self._signer.sign(entry_message(content)) if self._signer else None,
            )
        )  # fmt: skip
        self.spoke_of_keys = self.spoke_of_keys or statement.kind in KEY_KINDS
        self._head = Head(seq, entry_hash)
        self.next_index += 1
        return entry_hash, content

    def _check_words(self, statement: Statement) -> None:
        """Refuse what other ledgers would not take from this node."""
        organisation = statement.organisation
        if self._bound and self._trust and not self._trust.may_speak(self._node, self.next_seq, organisation):
            raise fail(ErrorCode.ORGANISATION_NOT_GRANTED, node=self._node, organisation=organisation)
        if statement.kind == "signature" and (problem := officer_problem(statement, self._recorded, self._trust)):
            raise LandreleaseError(problem)


class Appended(Sequence[Entry]):
    """The entries of one append. Only their place is held; they are read from the open ledger when asked for."""

    def __init__(self, ledger: Ledger, start: int, stop: int) -> None:
        self._ledger, self._indices = ledger, range(start, stop)

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[Entry]:
        return self._ledger.slice(self._indices.start, self._indices.stop)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[i] for i in range(len(self))[place]]
        index = self._indices[place]
        return next(self._ledger.slice(index, index + 1))

    def __repr__(self) -> str:
        return f"<{len(self)} entries from index {self._indices.start}>"


def _checked(line: Line) -> Entry:
    # an owner of the file can store a text where bytes belong
    if not isinstance(line.content, bytes) or content_hash(line.content) != line.hash:
        raise fail(ErrorCode.ENTRY_CHANGED, hash=line.hash, index=line.place, node="?", seq="?")
    return read_entry(line.hash, line.content)
