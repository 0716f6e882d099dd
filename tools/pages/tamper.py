"""``docs/explanation/tamper.md``: attacks on the record, and what the program says of each.

`tests/integration/test_tamper.py` carries out every attack of this table and demands its codes or words.
"""

from dataclasses import dataclass
from enum import Enum

from landrelease.errors import ErrorCode
from tools.pages import NOTICE, table


class Way(Enum):
    """How an attack ends."""

    REFUSED = "refused"
    FOUND = "found"
    EMPTY = "without effect"


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes
    ----------
    name
        Of the test.
    does
        What the attacker does.
    by
        Command or part that refuses or finds it.
    codes
        What it says, from the error catalogue; or `says`, where the words are not from there.
    """

    name: str
    title: str
    does: str
    way: Way
    by: str
    codes: tuple[str, ...] = ()
    says: str = ""


REFUSED, FOUND, EMPTY = Way.REFUSED, Way.FOUND, Way.EMPTY

FILE = (
    Attack("update_with_sql", "A row updated with SQL",
           "opens `ledger.sqlite` and runs UPDATE on an entry",
           REFUSED, "the table's trigger",
           says="entry is append-only"),
    Attack("triggers_dropped", "Triggers dropped",
           "drops the triggers and leaves them off",
           FOUND, "`audit`", ("LR1178",)),
    Attack("byte_edited", "A byte edited",
           "takes the triggers off, changes one byte of an entry, puts them back",
           FOUND, "`audit`", ("LR1018",)),
    Attack("edited_entry_is_read", "A changed entry read",
           "hopes that nobody runs the audit",
           REFUSED, "every command that reads the record", ("LR1018",)),
    Attack("column_edited", "Author changed in the table only",
           "changes a column that queries and maps from outside use",
           FOUND, "`audit`", ("LR1019",)),
    Attack("node_swapped", "Node swapped in the table",
           "puts an entry under another node's name",
           FOUND, "`audit`", ("LR1019",)),
    Attack("revocation_hidden", "Revocation hidden",
           "changes the column `kind` of a revocation, so that no index finds it",
           FOUND, "`audit`", ("LR1019",)),
    Attack("one_rehashed", "An entry edited and hashed again",
           "makes the entry's own hash fit",
           FOUND, "`audit`", ("LR1020", "LR1067")),
    Attack("chain_rehashed", "The whole chain hashed again",
           "makes every later hash, chain and citation fit",
           FOUND, "`audit`", ("LR1067",)),
    Attack("chain_resigned_by_thief", "The whole chain signed again with a key of one's own",
           "has no key of the node, and uses another",
           FOUND, "`audit`", ("LR1067",)),
    Attack("all_rewritten_with_the_keys", "The whole log made again by the holder of all keys",
           "is the centre: hashes and signs everything again",
           FOUND, "`audit --checkpoint`", ("LR1084",)),
    Attack("tail_deleted", "The tail deleted",
           "deletes the last entries together with the kept checkpoints",
           FOUND, "`audit --checkpoint`", ("LR1083",)),
    Attack("middle_deleted", "An entry deleted from the middle",
           "deletes an entry and renumbers the lines after it",
           FOUND, "`audit`", ("LR1020",)),
    Attack("lines_reordered", "Lines of the log reordered",
           "exchanges the places of two entries of one node",
           FOUND, "`audit`", ("LR1020",)),
    Attack("arrival_reordered", "Arrival of two nodes' entries reordered",
           "exchanges entries that do not cite each other",
           FOUND, "`audit`", ("LR1084",)),
    Attack("received_edited", "Time of arrival edited",
           "moves `received` of an entry before a deadline",
           FOUND, "`audit`", ("LR1085",)),
    Attack("received_before_the_one_ahead", "Time of arrival set before the entry ahead",
           "moves `received` further than the order allows",
           FOUND, "`audit`", ("LR1022",)),
    Attack("clock_set_back", "Clock set back",
           "sets the computer's clock back to date a report before a decision",
           EMPTY, "the ledger",
           says="received repeats that of the entry before; what was known before does not change"),
    Attack("clock_set_ahead", "Clock set ahead",
           "writes with a clock that runs days ahead, at another node",
           FOUND, "`bundle merge` and `audit`", ("LR1119", "LR1025")),
    Attack("signature_stripped", "Signature stripped",
           "sets the signature of an entry to NULL",
           FOUND, "`audit`", ("LR1068",)),
    Attack("signature_of_another", "Signature of another entry",
           "copies a genuine signature of the same node",
           FOUND, "`audit`", ("LR1067",)),
    Attack("stranger_inserted", "Entries of an invented node inserted",
           "writes a sound chain, signed with a key of one's own, into the file",
           FOUND, "`audit`", ("LR1160",)),
    Attack("root_replaced", "Trusted key replaced",
           "puts a key of one's own in the place of the authority's",
           FOUND, "`audit`", ("LR1160",)),
    Attack("held_edited", "Held entry edited",
           "changes an entry while it waits for those before it",
           FOUND, "`audit`", ("LR1176",)),
    Attack("kept_checkpoint_edited", "Kept checkpoint edited",
           "changes size or root in the table",
           FOUND, "`audit`", ("LR1165",)),
    Attack("snapshot_edited", "Snapshot edited",
           "changes a standing in a cached snapshot, so that `status --as-of` shows it, and its checksum",
           FOUND, "`audit --replay`", ("LR1179",)),
)  # fmt: skip

BLOBS = (
    Attack("blob_edited", "Attachment edited",
           "changes bytes of a stored photograph",
           FOUND, "`audit`", ("LR1170",)),
    Attack("blobs_swapped", "Attachments swapped",
           "exchanges the contents of two attachments",
           FOUND, "`audit`", ("LR1170",)),
    Attack("blob_removed", "Attachment removed in silence",
           "removes a content and invents a reason",
           FOUND, "`audit`", ("LR1172",)),
    Attack("erased_blob_brought_back", "Erased content brought back",
           "puts personal data back that were to be erased",
           FOUND, "`audit`", ("LR1171",)),
    Attack("erased_blob_sent_again", "Erased content sent again",
           "sends a bundle that still carries an attachment erased here",
           EMPTY, "`bundle merge`",
           says="the content stays erased"),
    Attack("blob_edited_in_a_bundle", "Attachment edited in a bundle",
           "changes an attachment on the stick",
           REFUSED, "`bundle merge`", ("LR1100",)),
)  # fmt: skip
KEYS = (
    Attack("unsigned_append", "Writing without the key",
           "has the file but not the passphrase",
           REFUSED, "any command that writes", ("LR1060",)),
    Attack("foreign_key", "Writing with another key",
           "signs for a node with a key that was not granted for it",
           REFUSED, "any command that writes", ("LR1065",)),
    Attack("revoked_key_writes", "Writing with a revoked key",
           "goes on with a stolen laptop",
           REFUSED, "any command that writes", ("LR1065",)),
    Attack("review_by_the_author", "Review by the author",
           "accepts a report of one's own",
           EMPTY, "the register", ("LR1027",)),
    Attack("officer_signature_copied", "Officer's signature copied",
           "puts a signing officer's signature under another statement",
           REFUSED, "any command that writes", ("LR1069",)),
)  # fmt: skip
BUNDLES = (
    Attack("bundle_byte_edited", "A byte of a bundle edited",
           "flips a bit of the archive on the stick",
           REFUSED, "`bundle merge`", ("LR1100",)),
    Attack("bundle_cut_off", "Bundle cut off",
           "interrupts the copy",
           REFUSED, "`bundle merge`", ("LR1100",)),
    Attack("bundle_path_traversal", "Names that lead out of the folder",
           "adds `../../home/x` to the archive",
           REFUSED, "`bundle merge`", ("LR1103",)),
    Attack("bundle_entry_edited", "An entry edited, archive made to fit",
           "changes an entry, hashes and manifest",
           REFUSED, "`bundle merge`", ("LR1111",)),
    Attack("bundle_reordered", "Lines of a bundle reordered",
           "exchanges two lines, manifest made to fit",
           REFUSED, "`bundle merge`", ("LR1107",)),
    Attack("bundle_node_swapped", "Node swapped",
           "puts another node's name into an entry",
           REFUSED, "`bundle merge`", ("LR1111",)),
    Attack("bundle_signature_stripped", "Signature stripped in a bundle",
           "sends an entry without its signature",
           REFUSED, "`bundle merge`", ("LR1110",)),
    Attack("bundle_gap", "Gap in a bundle",
           "leaves out an unwelcome entry",
           FOUND, "`bundle merge`: what follows is held", ("LR1120",)),
    Attack("bundle_replayed", "Old bundle sent again",
           "sends last year's bundle once more",
           EMPTY, "`bundle merge`",
           says="every entry is known; nothing is added"),
    Attack("unknown_node", "Entries of an unknown node",
           "sends a sound, signed chain of an invented node",
           REFUSED, "`bundle merge`", ("LR1109",)),
    Attack("grant_by_no_authority", "Grant by a node without authority",
           "grants a key to an accomplice from a field node",
           REFUSED, "`bundle merge`: the grant counts for nothing", ("LR1109",)),
    Attack("review_for_another_organisation", "Review in another's name",
           "writes a review as the authority's reviewer from an operator's node",
           REFUSED, "`bundle merge`", ("LR1113",)),
    Attack("revoked_key_sends", "Entries by a revoked key",
           "sends entries written after the revocation's number",
           REFUSED, "`bundle merge`", ("LR1112",)),
    Attack("fork_by_restored_backup", "Fork by a restored backup",
           "restores a node's old copy and goes on writing",
           REFUSED, "`bundle merge`, which records an incident", ("LR1114",)),
    Attack("own_ledger_restored", "Own ledger restored from a backup",
           "goes on here with an old copy",
           REFUSED, "`bundle merge`", ("LR1115",)),
    Attack("own_ledger_restored_and_written", "Own ledger restored and written to",
           "goes on here with an old copy, then merges what others know of this node",
           REFUSED, "`bundle merge`, which records an incident", ("LR1114",)),
    Attack("bundle_bomb", "An archive that unpacks without end",
           "packs a hundred megabytes of nothing into a small file",
           REFUSED, "`bundle merge`", ("LR1104",)),
    Attack("sender_cut_its_log", "Sender's log rewritten after a checkpoint",
           "signs another history than the one this node was shown",
           REFUSED, "`bundle merge`, which records an incident", ("LR1116",)),
)  # fmt: skip
CHECKPOINTS = (
    Attack("checkpoint_of_another_log", "Checkpoint of another log",
           "shows a genuine checkpoint that is of another log",
           REFUSED, "`audit --checkpoint`", ("LR1086",)),
    Attack("checkpoint_resigned", "Checkpoint signed again with another key",
           "writes a root of one's own and signs it",
           REFUSED, "`audit --checkpoint`", ("LR1087",)),
    Attack("witness_shown_two_histories", "A witness shown two histories",
           "rewrites the log and asks the same witness to cosign",
           REFUSED, "`checkpoint cosign`, which records an incident", ("LR1090",)),
    Attack("old_request_sent_again", "An old request sent again",
           "asks the witness to cosign an earlier state",
           REFUSED, "`checkpoint cosign`", ("LR1089",)),
    Attack("cosignature_forged", "Cosignature by nobody known",
           "invents a witness",
           REFUSED, "`checkpoint add`", ("LR1091",)),
    Attack("proof_of_another_entry", "Proof of another entry",
           "puts another statement into a genuine proof",
           REFUSED, "`verify`",
           says="the statement is not at its place in the log whose summary was signed"),
    Attack("proof_with_edited_words", "Proof with edited words",
           "writes 9,000 m² where the statement says 100",
           REFUSED, "`verify`",
           says="the statement is not at its place in the log whose summary was signed"),
    Attack("proof_by_another_log", "Proof from a log of one's own",
           "makes a log with the same words and proves from it",
           REFUSED, "`verify --key`",
           says="that you trust did not sign"),
    Attack("proof_of_a_revoked_entry", "Proof of an entry by a revoked key",
           "asks for a proof of what no longer counts",
           REFUSED, "`prove`", ("LR1098",)),
)  # fmt: skip
POSTGRES = (
    Attack("postgres_application_updates", "The application's role updates a row",
           "uses the program's own connection",
           REFUSED, "PostgreSQL",
           says="permission denied"),
    Attack("postgres_superuser_updates", "A superuser updates a row",
           "connects as superuser and runs UPDATE",
           REFUSED, "the table's trigger",
           says="append-only"),
    Attack("postgres_replica_role", "A superuser with triggers off",
           "sets `session_replication_role = replica` and edits a row",
           REFUSED, "the triggers, which are ENABLE ALWAYS",
           says="append-only"),
    Attack("postgres_triggers_disabled", "A superuser disables the triggers",
           "edits a row and leaves them disabled",
           FOUND, "`audit`", ("LR1018", "LR1178")),
    Attack("postgres_edited_and_enabled", "A superuser disables the triggers, edits, enables them again",
           "leaves no trace in the schema",
           FOUND, "`audit`", ("LR1018",)),
    Attack("postgres_tail_deleted", "A superuser deletes the tail",
           "deletes the last entries and the kept checkpoints",
           FOUND, "`audit --checkpoint`", ("LR1083",)),
    Attack("postgres_privilege_granted", "A superuser grants UPDATE to the application",
           "prepares a later edit",
           FOUND, "`audit`", ("LR1178",)),
)  # fmt: skip

GROUPS = {
    "The file": FILE,
    "Attachments": BLOBS,
    "Keys and words": KEYS,
    "Bundles": BUNDLES,
    "Checkpoints, witnesses, proofs": CHECKPOINTS,
    "PostgreSQL": POSTGRES,
}
ATTACKS = tuple(attack for group in GROUPS.values() for attack in group)

HEAD = f"""{NOTICE}

# Attacks on the record

Each row was carried out by a test (`tests/integration/test_tamper.py`) on a programme with a centre, a field node,
signed entries, attachments and checkpoints. An attack is *refused* where nothing of it enters the record, *found* where
it was done behind the program's back and comes to light, *without effect* where it changes nothing that counts. Words
in braces are filled in when the message is shown; what to do then stands beside each code on the page
[Errors](../reference/errors.md).

What no row says: a log whose checkpoints never left the building can be made again by whoever holds all its keys.
Tamper-*evident* is said to someone who holds an earlier checkpoint, bundle or proof. Names of people are words: a node
answers with its key for the names that it writes, of the organisations for which it may speak. Whoever holds that key
can write a report under one name and accept it under another; grant operators their own organisation only, let the
authority's nodes review, and have officers sign what matters. And it is the record that is protected: nothing here
shows that the ground is safe.
"""


def page() -> str:
    """Text of the page."""
    return "\n".join([HEAD, *(_group(title, attacks) for title, attacks in GROUPS.items())])


def _group(title: str, attacks: tuple[Attack, ...]) -> str:
    rows = [
        (attack.title, attack.does, f"{attack.way.value} by {attack.by}" if attack.way is not EMPTY else EMPTY.value,
         ", ".join(attack.codes), _message(attack))
        for attack in attacks
    ]  # fmt: skip
    return f"## {title}\n\n" + table(
        ("Attack", "What the attacker does", "How it ends", "Code", "What the user sees"), rows
    )


def _message(attack: Attack) -> str:
    said = [next(error.message for error in ErrorCode if error.code == code) for code in attack.codes]
    return "; ".join([*said, *([attack.says] if attack.says else [])]).replace("<", "&lt;")
