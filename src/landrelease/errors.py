"""The error catalogue: a stable code, what is wrong, where, and what to do.

Codes are never reused or renumbered. Ranges: 0 profile and system, 1 record, 2 exchange, 3 geometry, land and quality,
4 hazard, 5 survey, 6 plan, 7 release, 8 simulate, 9 study and command line. Messages are format strings; their fields
come from `Finding.details`.

This module is longer than the house allows (600 lines) because an enum cannot be split: it is a table, read by section.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from landrelease.i18n import N_, _


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The row, file or command is refused."""
    WARNING = "warning"
    """Accepted, but someone should look."""
    NOTE = "note"
    """Worth knowing; nothing to do."""


class ErrorCode(Enum):
    """Every error and finding of landrelease: code, severity, message, remedy."""

    # 0: profile and system
    PROFILE_INVALID = (
        "LR0001",
        Severity.ERROR,
        N_("The standards profile is not valid: {problem}"),
        N_("Correct the profile file at the parameter named; the reference page lists every parameter with its unit."),
    )
    FILE_MISSING = ("LR0002", Severity.ERROR, N_("There is no file {path}"), N_("Check the path."))
    WORKSPACE_MISSING = (
        "LR0003",
        Severity.ERROR,
        N_("{path} is not a landrelease workspace"),
        N_("Make one with 'landrelease init {path}'."),
    )
    WORKSPACE_EXISTS = (
        "LR0004",
        Severity.ERROR,
        N_("{path} already holds a workspace"),
        N_("Use another folder; a workspace is never overwritten."),
    )

    # 1: record
    KIND_UNKNOWN = (
        "LR1001",
        Severity.ERROR,
        N_("'{kind}' is not a registered kind of statement"),
        N_("Use one of the kinds on the reference page 'Kinds of statement'."),
    )
    BODY_INVALID = (
        "LR1002",
        Severity.ERROR,
        N_("{kind} about {subject}: {problem}"),
        N_("Correct the field; the reference page 'Kinds of statement' lists every field with its unit."),
    )
    VALUE_NOT_CANONICAL = (
        "LR1003",
        Severity.ERROR,
        N_("A statement cannot hold {problem}"),
        N_("Use whole numbers (1e-7 degree, m², cm, minutes), text, or leave the field out where it is unknown."),
    )
    STATEMENT_INCOMPLETE = (
        "LR1004",
        Severity.ERROR,
        N_("The {part} of a statement is empty or has spaces around it"),
        N_("Say what the statement is about, who makes it and for which organisation."),
    )
    VALID_TIME_INVALID = (
        "LR1005",
        Severity.ERROR,
        N_("{subject}: '{valid_from}' to '{valid_to}' is not a time on the ground"),
        N_("Write a date, month or year (2026-08-11, 2026-08, 2026), and an end that is not before the start."),
    )
    CITED_UNKNOWN = (
        "LR1006",
        Severity.ERROR,
        N_("{subject} cites {cited}, which is not in this ledger"),
        N_("Add the cited statement first; a statement can cite only what is recorded before it."),
    )
    REPLACED_NOT_CITED = (
        "LR1007",
        Severity.ERROR,
        N_("{subject}: a {kind} must cite {cited}"),
        N_("Cite every statement that the review, supersession or withdrawal acts on."),
    )
    LEDGER_MISSING = ("LR1008", Severity.ERROR, N_("There is no ledger {path}"), N_("Check the path."))
    LEDGER_EXISTS = (
        "LR1009",
        Severity.ERROR,
        N_("{path} already exists"),
        N_("Use another name or database; a ledger is never overwritten. To work on this one, use its workspace."),
    )
    LEDGER_FOREIGN = (
        "LR1010",
        Severity.ERROR,
        N_("{path} is not a landrelease ledger"),
        N_("Open the ledger.sqlite of a workspace."),
    )
    LEDGER_NEWER = (
        "LR1011",
        Severity.ERROR,
        N_("{path} was made by a newer landrelease (ledger version {version}, this program reads {known})"),
        N_("Update landrelease."),
    )
    LEDGER_CORRUPT = (
        "LR1012",
        Severity.ERROR,
        N_("{path} is damaged: {problem}"),
        N_("Keep the file as it is and work on from the last good copy."),
    )
    LEDGER_BUSY = (
        "LR1013",
        Severity.ERROR,
        N_("Someone else is writing to {path}"),
        N_("Wait until the other import or entry is done, then try again; nothing was written."),
    )
    LEDGER_CLOSED = ("LR1014", Severity.ERROR, N_("{path} has been closed"), N_("Open the ledger again."))
    ENTRY_MISSING = ("LR1015", Severity.ERROR, N_("There is no entry {hash}"), N_("Check the hash."))
    ENTRY_NOT_CANONICAL = (
        "LR1016",
        Severity.ERROR,
        N_("Entry {hash} (index {index}) is not in the ledger format: {problem}"),
        N_("Refuse it, and ask its sender for the original bytes."),
    )
    ENTRY_NEWER = (
        "LR1017",
        Severity.ERROR,
        N_("Entry {hash} is a '{kind}' of version {version}, which this program does not know"),
        N_("Update landrelease."),
    )
    ENTRY_CHANGED = (
        "LR1018",
        Severity.ERROR,
        N_("Entry {hash} (index {index}, node {node}, number {seq}) has been changed: its bytes give another hash"),
        N_("Run the audit, keep the file as evidence, and go back to the last good copy."),
    )
    ENTRY_COLUMNS_DIFFER = (
        "LR1019",
        Severity.ERROR,
        N_("Entry {hash} (index {index}, node {node}, number {seq}): the table's {columns} differ from its bytes"),
        N_("The bytes are the record; keep the file as evidence, and go back to the last good copy."),
    )
    CHAIN_BROKEN = (
        "LR1020",
        Severity.ERROR,
        N_("Entry {hash} (index {index}) does not follow the last entry of node {node}: number {seq}"),
        N_("An entry of this node was removed, replaced or added out of order; compare with an earlier copy."),
    )
    LOG_GAP = (
        "LR1021",
        Severity.ERROR,
        N_("The log has index {index} where {expected} should be"),
        N_("A line of the log was removed or renumbered; compare with an earlier copy."),
    )
    RECEIVED_DECREASES = (
        "LR1022",
        Severity.ERROR,
        N_("Index {index} was received at {received}, before the entry ahead of it"),
        N_("A line of the log was changed or moved; compare with an earlier copy."),
    )
    CITED_NOT_BEFORE = (
        "LR1023",
        Severity.ERROR,
        N_("Entry {hash} (index {index}, node {node}, number {seq}) cites {cited}, which does not come before it"),
        N_("A cited entry was removed or moved; compare with an earlier copy."),
    )
    ENTRY_NOT_LOGGED = (
        "LR1024",
        Severity.ERROR,
        N_("Log and entries do not match at {hash} (index {index})"),
        N_("A line was removed from one table only; compare with an earlier copy."),
    )
    RECORDED_AFTER_RECEIVED = (
        "LR1025",
        Severity.WARNING,
        N_("Entry {hash} (index {index}) says it was recorded at {recorded}, after it was received"),
        N_("The clock of node {node} was wrong; order by arrival."),
    )
    DATED_AHEAD = (
        "LR1026",
        Severity.WARNING,
        N_("{subject}: a {kind} is dated {valid_from}, after the day on which it was recorded"),
        N_("Check the date with its author; supersede the statement if it is wrong."),
    )
    OWN_REVIEW = (
        "LR1027",
        Severity.WARNING,
        N_("{author} reviewed own statements ({count}): the review does not count"),
        N_("Ask someone else to review them."),
    )
    REVIEWS_DISAGREE = (
        "LR1028",
        Severity.WARNING,
        N_("Reviewers disagree about {hash} ({subject}); it does not count until they agree"),
        N_("Let one of the reviewers change or withdraw the verdict."),
    )
    REVIEWER_IS_AUTHOR = (
        "LR1029",
        Severity.ERROR,
        N_("{author} made the statement about {subject} and cannot review it"),
        N_("Someone other than the author must review it."),
    )
    LEDGER_WRITE_FAILED = (
        "LR1030",
        Severity.ERROR,
        N_("{path} could not be written: {problem}"),
        N_("Check free space and permissions; nothing of this batch was kept."),
    )
    CLOCK_WITHOUT_ZONE = (
        "LR1031",
        Severity.ERROR,
        N_("The clock gives a time without a time zone"),
        N_("Give the ledger a clock in UTC."),
    )
    PROFILE_NOT_ADOPTED = (
        "LR1032",
        Severity.ERROR,
        N_("{path} is not the standards profile that was adopted"),
        N_("Restore the file, or adopt the changed profile so that the record says when it came into force."),
    )
    LEDGER_NOT_MIGRATED = (
        "LR1040",
        Severity.ERROR,
        N_("{path} could not be brought to version {version} of the ledger's tables: {problem}"),
        N_("Nothing was changed. Close other programs that use it, check free space and permissions, and try again."),
    )
    SERVER_UNREACHABLE = (
        "LR1041",
        Severity.ERROR,
        N_("{path} cannot be reached: {problem}"),
        N_("Check that the server runs, its address, the user and the password (environment PGPASSWORD or ~/.pgpass)."),
    )
    CONNECTION_LOST = (
        "LR1042",
        Severity.ERROR,
        N_("The connection to {path} was lost: {problem}"),
        N_("Nothing of this work was kept. Try again when the server answers."),
    )
    COMMIT_UNKNOWN = (
        "LR1043",
        Severity.ERROR,
        N_("The connection to {path} was lost while the server was keeping the work, and the server does not answer"),
        N_("All of it was kept, or nothing. When the server answers, look which, before you repeat it."),
    )
    LEDGER_NOT_PREPARED = (
        "LR1044",
        Severity.ERROR,
        N_("{path} has no tables of landrelease"),
        N_("Have the owner of the database run 'landrelease database prepare'."),
    )
    LEDGER_OLDER = (
        "LR1045",
        Severity.ERROR,
        N_("{path} has version {version} of the ledger's tables, this program needs {known}"),
        N_("Have the owner of the database run 'landrelease database migrate'."),
    )
    ROLE_NOT_ALLOWED = (
        "LR1046",
        Severity.ERROR,
        N_("{path} does not allow this to its role: {problem}"),
        N_("Connect as a member of landrelease_app to write, as the owner of the database to prepare or migrate."),
    )
    DATABASE_UNSUITED = (
        "LR1047",
        Severity.ERROR,
        N_("{path} cannot hold a ledger: {problem}"),
        N_("Use PostgreSQL 15 or newer and a database with the encoding UTF8."),
    )
    CONNECTION_STRING_INVALID = (
        "LR1048",
        Severity.ERROR,
        N_("The connection string of the database cannot be read"),
        N_("Write it as 'host=server dbname=landrelease user=app'; the manual of PostgreSQL names every word."),
    )
    ROLE_SEES_A_PART = (
        "LR1049",
        Severity.ERROR,
        N_("The role {role} sees only a part of {path}"),
        N_("Look at the published views, or connect as a member of landrelease_app to read the whole record."),
    )
    READING_LOST = (
        "LR1050",
        Severity.ERROR,
        N_("The connection to {path} was lost while reading: {problem}"),
        N_("Reading changes nothing in the record. Try again when the server answers."),
    )
    KEY_NEEDED = (
        "LR1060",
        Severity.ERROR,
        N_("The entries of node {node} are signed, and no key has been given"),
        N_("Give the passphrase of the workspace's key: in LANDRELEASE_PASSPHRASE, or when asked on a terminal."),
    )
    KEY_EXISTS = (
        "LR1061",
        Severity.ERROR,
        N_("{path} exists already"),
        N_("Use another name; a key file is never overwritten."),
    )
    KEY_FILE_INVALID = (
        "LR1062",
        Severity.ERROR,
        N_("{path} is not a key file that this program reads, or is damaged: {problem}"),
        N_("Take the file from a backup; docs/formats/key-v1.md says what it holds."),
    )
    PASSPHRASE_WRONG = (
        "LR1063",
        Severity.ERROR,
        N_("The passphrase does not open {path}"),
        N_(
            "Try again, or take the file from a backup where it is damaged. A forgotten passphrase cannot be "
            "recovered: go on with a new key, 'landrelease key create --replace'; see the how-to on keys."
        ),
    )
    PASSPHRASE_SHORT = (
        "LR1064",
        Severity.ERROR,
        N_("The passphrase is too short"),
        N_("Use at least {shortest} characters; several words that do not belong together are best."),
    )
    KEY_NOT_GRANTED = (
        "LR1065",
        Severity.ERROR,
        N_("The key {fingerprint} may not sign entry {seq} of node {node}: it was not granted for it, or was revoked"),
        N_(
            "See who holds which key with 'landrelease key list'. After a loss or a restored backup go on with "
            "'landrelease key new-node'."
        ),
    )
    PUBLIC_KEY_INVALID = (
        "LR1066",
        Severity.ERROR,
        N_("'{key}' is not a public key"),
        N_("Copy the 64 hexadecimal digits again from 'landrelease key show'."),
    )
    SIGNATURE_INVALID = (
        "LR1067",
        Severity.ERROR,
        N_("The signature of entry {hash} (index {index}, node {node}, number {seq}) does not belong to it"),
        N_(
            "The entry was not written by that node, or was changed. Get the original from the node itself and compare."
        ),
    )
    SIGNATURE_MISSING = (
        "LR1068",
        Severity.ERROR,
        N_("Entry {hash} (index {index}, node {node}, number {seq}) should be signed and is not"),
        N_("Get the original from the node itself; an entry without its signature is nobody's word."),
    )
    OFFICER_SIGNATURE_INVALID = (
        "LR1069",
        Severity.ERROR,
        N_("The signature of {author} on entry {entry} does not hold: {problem}"),
        N_("Do not rely on it. Ask the signing officer to sign again, with a key that was granted."),
    )
    NOT_AUTHORITY = (
        "LR1070",
        Severity.ERROR,
        N_("The key of this workspace may not do this: {problem}"),
        N_("Ask the holder of an authority's key; 'landrelease key list' names them."),
    )
    ROOT_DIFFERS = (
        "LR1071",
        Severity.ERROR,
        N_("The fingerprint {given} is not that of the key, which is {fingerprint}"),
        N_("Compare the fingerprint with the authority by telephone or face to face, digit by digit."),
    )
    KEY_MISSING = (
        "LR1072",
        Severity.ERROR,
        N_("{path} has no key"),
        N_("Make one with 'landrelease key create'."),
    )
    KEY_UNKNOWN = (
        "LR1073",
        Severity.ERROR,
        N_("No key {key} is known here"),
        N_("See the keys with 'landrelease key list'; a fingerprint or the first eight digits are enough."),
    )
    KEY_WRITE_FAILED = (
        "LR1074",
        Severity.ERROR,
        N_("The key could not be written to {path}: {problem}"),
        N_("Check free space and permissions; no key was made."),
    )
    PASSPHRASE_NEEDED = (
        "LR1075",
        Severity.ERROR,
        N_("The passphrase of {path} is needed"),
        N_("Set {variable}, or run the command on a terminal, where it is asked for."),
    )
    ENTRIES_REVOKED = (
        "LR1076",
        Severity.WARNING,
        N_("{count} entries of node {node} from number {seq} on do not count: their key was revoked"),
        N_("Have what was true in them said again by someone whose key stands."),
    )
    OWN_KEY_REVOKED = (
        "LR1077",
        Severity.ERROR,
        N_("The key {fingerprint} is the one with which this workspace signs"),
        N_(
            "Nothing was revoked. Check the fingerprint with 'landrelease key list'. To change the own key: "
            "'landrelease key create --replace'; then the old one can be revoked from an earlier number."
        ),
    )
    ORGANISATION_NOT_GRANTED = (
        "LR1078",
        Severity.ERROR,
        N_("Node {node} may not speak for the organisation '{organisation}'"),
        N_("Ask the authority for a grant that names it, or record the statement on a node of that organisation."),
    )
    NOTE_INVALID = (
        "LR1080",
        Severity.ERROR,
        N_("This is not a signed note: {problem}"),
        N_("Get the file again from its sender; it must arrive byte for byte, attached and not pasted."),
    )
    CHECKPOINT_UNREADABLE = (
        "LR1081",
        Severity.ERROR,
        N_("The note is signed but is not a checkpoint: {problem}"),
        N_("Give the note that 'landrelease checkpoint make' wrote."),
    )
    CHECKPOINT_NEEDS_KEY = (
        "LR1082",
        Severity.ERROR,
        N_("A checkpoint or cosignature must be signed, and no key has been given"),
        N_("Give the passphrase of the workspace's key; without a key make one with 'landrelease key create'."),
    )
    CHECKPOINT_TAIL_LOST = (
        "LR1083",
        Severity.ERROR,
        N_("The checkpoint of {received} stands for {expected} entries of {origin}, and the log has only {size}"),
        N_("The end of the log was cut off, or an old copy was put back. Keep the file; get what is missing."),
    )
    CHECKPOINT_ROOT_DIFFERS = (
        "LR1084",
        Severity.ERROR,
        N_("The first {size} entries of {origin} are not those for which the checkpoint of {received} was signed"),
        N_("The log was rewritten. Keep the file as evidence, and go back to the last copy that fits the checkpoint."),
    )
    CHECKPOINT_RECEIVED_DIFFERS = (
        "LR1085",
        Severity.ERROR,
        N_("Times of arrival of the first {size} entries of {origin} were changed since the checkpoint of {received}"),
        N_("The entries are the same. Keep the file as evidence, and compare the times with an earlier copy."),
    )
    CHECKPOINT_FOREIGN = (
        "LR1086",
        Severity.ERROR,
        N_("The checkpoint is of another log: {found}, not {origin}"),
        N_("Give a checkpoint of this log; those of others are for 'landrelease checkpoint cosign'."),
    )
    CHECKPOINT_NOT_SIGNED = (
        "LR1087",
        Severity.ERROR,
        N_("No known key of {origin} signed this checkpoint"),
        N_("Have the log's verifier key read out to you and give it; 'landrelease checkpoint show' prints it there."),
    )
    CONSISTENCY_INVALID = (
        "LR1088",
        Severity.ERROR,
        N_("This is not a request to cosign a checkpoint: {problem}"),
        N_("Ask the log's office to make it again with 'landrelease checkpoint request'."),
    )
    WITNESS_SIZE_DIFFERS = (
        "LR1089",
        Severity.ERROR,
        N_("The request starts from {old} entries of {origin}, and this witness last cosigned {known}"),
        N_("Ask for a request from there: 'landrelease checkpoint request --old {known}'."),
    )
    WITNESS_INCONSISTENT = (
        "LR1090",
        Severity.ERROR,
        N_("The checkpoint of {size} entries of {origin} contradicts the one of {known} that this witness cosigned"),
        N_("Do not rely on that log. Both checkpoints are recorded here as an incident: ask its office in writing."),
    )
    COSIGNATURE_INVALID = (
        "LR1091",
        Severity.ERROR,
        N_("The cosignature of {name} is not by a known witness, or is not of this checkpoint"),
        N_("Give the witness's verifier key, and the cosignature of exactly this checkpoint."),
    )
    PROOF_INVALID = (
        "LR1092",
        Severity.ERROR,
        N_("This is not a proof: {problem}"),
        N_("Get the file again from its sender; it must arrive byte for byte, attached and not pasted."),
    )
    PROOF_NOT_COVERED = (
        "LR1093",
        Severity.ERROR,
        N_("No checkpoint covers entry {hash} (index {index})"),
        N_("Make one first: 'landrelease checkpoint make'."),
    )
    VERIFIER_KEY_INVALID = (
        "LR1094",
        Severity.ERROR,
        N_("'{key}' is not a verifier key"),
        N_("Copy the whole line name+key id+key again; a name has neither spaces nor a plus."),
    )
    CHECKPOINT_MISSING = (
        "LR1095",
        Severity.ERROR,
        N_("No checkpoint of {origin} is kept here for {size} entries"),
        N_("Kept sizes: {known}."),
    )
    LOG_EMPTY = ("LR1096", Severity.ERROR, N_("The log is empty"), N_("Record something first."))
    WITNESS_OF_ITSELF = (
        "LR1097",
        Severity.ERROR,
        N_("A log cannot be its own witness"),
        N_("Ask someone who does not work for you: another centre, a donor, a university."),
    )
    PROOF_OF_REVOKED = (
        "LR1098",
        Severity.ERROR,
        N_("Entry {hash} was signed with a key that has been revoked, and counts for nothing"),
        N_("Prove the statement that has taken its place."),
    )
    CHECKPOINT_KEY_REVOKED = (
        "LR1099",
        Severity.ERROR,
        N_("The key {fingerprint} has been revoked: it signs no checkpoint or cosignature"),
        N_("Go on with a new key: 'landrelease key new-node'."),
    )
    BUNDLE_DAMAGED = (
        "LR1100",
        Severity.ERROR,
        N_("{path} is cut off or damaged: {problem}"),
        N_("Nothing was written. Get the bundle again from its sender, and compare the size of the file."),
    )
    BUNDLE_FOREIGN = (
        "LR1101",
        Severity.ERROR,
        N_("{path} is not a landrelease bundle: {problem}"),
        N_("Nothing was written. Ask the sender for a file made by 'landrelease bundle export'."),
    )
    BUNDLE_NEWER = (
        "LR1102",
        Severity.ERROR,
        N_("{path} has the format '{format}', which this program does not know"),
        N_("Nothing was written. Update landrelease, then merge the bundle again."),
    )
    BUNDLE_UNSAFE = (
        "LR1103",
        Severity.ERROR,
        N_("{path} holds '{name}', which no bundle holds: {problem}"),
        N_("Nothing was written. Do not unpack the file; ask the sender where it comes from."),
    )
    BUNDLE_TOO_LARGE = (
        "LR1104",
        Severity.ERROR,
        N_("{path}: {what} is {found}, more than the limit of {limit}"),
        N_("Nothing was written. Ask the sender for smaller parts ('landrelease bundle export --max-mb')."),
    )
    BUNDLE_LINE = (
        "LR1105",
        Severity.ERROR,
        N_("{path}, entry {line}: {problem}"),
        N_("Nothing was written. Refuse the bundle, and ask its sender for the original."),
    )
    BUNDLE_ENTRY_NEWER = (
        "LR1106",
        Severity.ERROR,
        N_("{path}, entry {line} is a '{kind}' of version {version}, which this program does not know"),
        N_("Nothing was written. Update landrelease, then merge the bundle again."),
    )
    BUNDLE_ORDER = (
        "LR1107",
        Severity.ERROR,
        N_("{path}, entry {line}: number {seq} of node {node} comes after number {last}"),
        N_("Nothing was written. The lines were moved; ask the sender for the original."),
    )
    BUNDLE_CHAIN = (
        "LR1108",
        Severity.ERROR,
        N_("{path}, entry {line}: number {seq} of node {node} does not follow the entry ahead of it"),
        N_(
            "Nothing was written. An entry was changed, or stands under another node's name; ask the sender for "
            "the original."
        ),
    )
    OFFERED_NODE_UNKNOWN = (
        "LR1109",
        Severity.ERROR,
        N_("{path}, entry {line} is by node {node}, whose key was granted by nobody whom this ledger trusts"),
        N_(
            "Nothing was written. On that node 'landrelease key show' prints the command that grants its key here "
            "('landrelease key create' first, where it has none); or merge a bundle that holds the grant."
        ),
    )
    OFFERED_UNSIGNED = (
        "LR1110",
        Severity.ERROR,
        N_("{path}, entry {line}: number {seq} of node {node} is not signed"),
        N_("Nothing was written. The node signs its entries; ask for the original bundle."),
    )
    OFFERED_SIGNATURE_INVALID = (
        "LR1111",
        Severity.ERROR,
        N_("{path}, entry {line}: the signature of number {seq} of node {node} is not by its key"),
        N_(
            "Nothing was written. The entry is not what its node wrote; keep the file as evidence and ask the "
            "node itself."
        ),
    )
    OFFERED_REVOKED = (
        "LR1112",
        Severity.ERROR,
        N_(
            "{path}, entry {line}: number {seq} of node {node} is signed with a key that was revoked from number "
            "{revoked}"
        ),
        N_(
            "Nothing was written. What the node truly found is recorded again under its new key, by someone who "
            "answers for it."
        ),
    )
    OFFERED_ORGANISATION = (
        "LR1113",
        Severity.ERROR,
        N_("{path}, entry {line}: node {node} may not speak for {organisation}"),
        N_("Nothing was written. The authority can grant the node's key for that organisation."),
    )
    MERGE_FORK = (
        "LR1114",
        Severity.ERROR,
        N_(
            "{path}, entry {line}: node {node} has two entries with number {seq}: {stored} here, {offered} in "
            "the bundle"
        ),
        N_(
            "Nothing of the bundle was written; the incident is recorded. Find out whether a copy of the node's "
            "ledger was restored, or its key stolen; the copy that was put back begins anew, see the how-to on keys."
        ),
    )
    OWN_NODE_AHEAD = (
        "LR1115",
        Severity.ERROR,
        N_("{path} holds entries of this node up to number {seq}, and this ledger ends at {own}"),
        N_(
            "Nothing was written. This ledger was restored from an old copy: run 'landrelease key new-node', "
            "then merge the bundle again."
        ),
    )
    LOG_INCONSISTENT = (
        "LR1116",
        Severity.ERROR,
        N_("{path}: the log of {node} contradicts its checkpoint of size {size} that was kept here"),
        N_(
            "Nothing of the bundle was written; the incident is recorded. Entries were removed or changed there "
            "after they had been sent; compare both ledgers."
        ),
    )
    CHECKPOINT_INVALID = (
        "LR1117",
        Severity.ERROR,
        N_("{path}: the sender's checkpoint is not valid: {problem}"),
        N_("Nothing was written. Ask the sender for the original bundle."),
    )
    MERGE_UNSIGNED = (
        "LR1118",
        Severity.ERROR,
        N_("{path}: this ledger trusts no key, so that nobody can tell who wrote these entries"),
        N_(
            "Nothing was written. Set the authority's key ('landrelease key trust'), or merge with --unsigned "
            "what you have from the sender's own hand."
        ),
    )
    RECORDED_AHEAD = (
        "LR1119",
        Severity.WARNING,
        N_(
            "{count} entries of node {node} say that they were recorded after they arrived here, first {hash} at "
            "{recorded}"
        ),
        N_("The clock of the node, or the one here, is wrong; the order of arrival counts."),
    )
    ENTRIES_HELD = (
        "LR1120",
        Severity.NOTE,
        N_("{count} entries of node {node} wait: {reason}"),
        N_("Ask the sender for a bundle from an earlier point ('landrelease bundle export --since')."),
    )
    CHECKPOINT_NOT_COMPARED = (
        "LR1121",
        Severity.NOTE,
        N_("{path}: the sender's checkpoint of size {size} could not be compared with that of size {kept} kept here"),
        N_("Ask the sender to export from size {kept}."),
    )
    INCIDENT_NOT_RECORDED = (
        "LR1122",
        Severity.WARNING,
        N_("The incident could not be recorded: {problem}"),
        N_("Open the workspace with its passphrase and merge the bundle again, so that the record holds the incident."),
    )
    MERGED_UNSIGNED = (
        "LR1123",
        Severity.WARNING,
        N_("{path} was merged without a check of who wrote it"),
        N_("Give every node a key, so that the next exchange is checked."),
    )
    BUNDLE_SINCE = (
        "LR1124",
        Severity.ERROR,
        N_("The ledger has {size} entries and cannot be exported from {since}"),
        N_("Name a size up to {size}, or a checkpoint of this ledger."),
    )
    BUNDLE_PART_TOO_SMALL = (
        "LR1125",
        Severity.ERROR,
        N_("Entry {hash} with its attachments takes {bytes} bytes, more than a part may have ({limit})"),
        N_("Allow larger parts, or export without attachments."),
    )
    BUNDLE_EXISTS = (
        "LR1126",
        Severity.ERROR,
        N_("{path} already exists"),
        N_("Use another name; a bundle is never overwritten."),
    )
    BUNDLE_WRITE_FAILED = (
        "LR1127",
        Severity.ERROR,
        N_("{path} could not be written: {problem}"),
        N_("Check free space and permissions; the unfinished file was removed."),
    )
    BUNDLE_CHANGED = (
        "LR1128",
        Severity.ERROR,
        N_("{path} was changed while it was merged"),
        N_("Nothing was written. Copy the file to this computer, and merge the copy."),
    )
    SINCE_UNREADABLE = (
        "LR1129",
        Severity.ERROR,
        N_("{path}, given with --since, is not a checkpoint of a log"),
        N_("Give the number of entries that the reader has, or the file that 'landrelease checkpoint make' wrote."),
    )
    TOKEN_MISSING = (
        "LR1130",
        Severity.ERROR,
        N_("There is no token for the exchange"),
        N_("Set LANDRELEASE_TOKEN to the same long random text on both computers, 16 characters or more."),
    )
    TRANSFER_REFUSED = (
        "LR1131",
        Severity.ERROR,
        N_("{url} refused the request: {problem}"),
        N_("Mend what it says, as for a merge by file. 'Unauthorized': set the same token on both computers."),
    )
    TRANSFER_INTERRUPTED = (
        "LR1132",
        Severity.ERROR,
        N_("The transfer with {url} was interrupted: {problem}"),
        N_("Run the same command again: it goes on where it stopped."),
    )
    TRANSFER_URL = (
        "LR1133",
        Severity.ERROR,
        N_("{url} is not the address of a landrelease exchange"),
        N_("Write it with http:// or https:// in front, as 'landrelease bundle serve' shows it."),
    )
    TRANSFER_DIFFERS = (
        "LR1134",
        Severity.ERROR,
        N_("{path} is not what the other side sent: {problem}"),
        N_("Remove the file and fetch it again."),
    )
    BLOB_MALFORMED = (
        "LR1141",
        Severity.ERROR,
        N_("The attachment {hash} is not in the form of format v1: {problem}"),
        N_("Ask the node that attached it; docs/formats/blob-v1.md says what an attachment holds."),
    )
    BLOB_HEADER_INVALID = (
        "LR1142",
        Severity.ERROR,
        N_("The file cannot be attached so: {problem}"),
        N_("Give a plain file name with --name and a media type such as image/jpeg with --media-type."),
    )
    BLOB_UNKNOWN = (
        "LR1143",
        Severity.ERROR,
        N_("No single attachment has a hash that begins with '{hash}'"),
        N_("Run 'landrelease attachments' to list them; give at least eight digits."),
    )
    BLOB_NOT_HERE = (
        "LR1144",
        Severity.ERROR,
        N_("The content of the attachment {hash} is not on this node"),
        N_("Merge a bundle with attachments from a node that holds it; 'landrelease attachments' names them."),
    )
    BLOB_ERASED = (
        "LR1145",
        Severity.ERROR,
        N_("The content of the attachment {hash} was erased: {reason}"),
        N_("It cannot be brought back from the record; only its hash is kept."),
    )
    BLOB_TOO_LARGE = (
        "LR1146",
        Severity.ERROR,
        N_("{name} has {size} bytes; an attachment has at most {largest}"),
        N_("Attach a smaller version, or split it into several files."),
    )
    BLOB_FILE_CHANGED = (
        "LR1147",
        Severity.ERROR,
        N_("{path} changed while it was read"),
        N_("Attach it again when no program writes to it."),
    )
    ERASED_NOT_OVERWRITTEN = (
        "LR1148",
        Severity.WARNING,
        N_("The content was erased, but traces of it may still lie in the database's files"),
        N_(
            "SQLite: close other programs that use the ledger, free as much space as it takes, and run "
            "'landrelease erase' on the workspace without an attachment. PostgreSQL: have its owner run VACUUM FULL "
            "on the table of blobs."
        ),
    )
    ERASURE_ASKED = (
        "LR1149",
        Severity.WARNING,
        N_("A statement asks for the erasure of the attachment {hash}, by someone who did not attach it"),
        N_("Its content was kept. Look into the reason; 'landrelease erase' erases it here."),
    )
    ERASURE_REASON_MISSING = (
        "LR1150",
        Severity.ERROR,
        N_("An erasure needs a reason"),
        N_("Say with --reason by what right or rule the content goes; name nobody in it."),
    )
    ATTACHMENT_FILE_EXISTS = (
        "LR1151",
        Severity.ERROR,
        N_("{path} exists already"),
        N_("Give another name; an attachment is never written over a file."),
    )
    AUDITED_NODE_UNKNOWN = (
        "LR1160",
        Severity.ERROR,
        N_("Entry {hash} (index {index}) is by node {node}, to which no authority has granted a key"),
        N_("Ask the authority whether it knows this node; until it grants a key, nobody vouches for what it wrote."),
    )
    AUDITED_KEY_UNKNOWN = (
        "LR1161",
        Severity.ERROR,
        N_("{count} entries of node {node}, from {hash} (index {index}, number {seq}) on, have no granted key"),
        N_("See 'landrelease key list': a grant may be missing here, or somebody else made and signed them."),
    )
    AUDITED_ORGANISATION = (
        "LR1162",
        Severity.ERROR,
        N_("Entry {hash} (index {index}, node {node}, number {seq}) speaks for {organisation}, which its node may not"),
        N_("Ask the authority: either the grant of the node's key lacks the organisation, or the entry is forged."),
    )
    AUDITED_OWN_KEY = (
        "LR1163",
        Severity.WARNING,
        N_("{count} entries of node {node}, from number {seq} on, are signed with a key that no authority has granted"),
        N_("Send the public key to the authority and have it granted; others will not take these entries in before."),
    )
    AUDITED_WITHOUT_ROOT = (
        "LR1164",
        Severity.WARNING,
        N_("{path} has signed entries and names no authority: who may write is not checked"),
        N_("Get the authority's public key and confirm its fingerprint: 'landrelease key trust'."),
    )
    KEPT_COLUMNS_DIFFER = (
        "LR1165",
        Severity.ERROR,
        N_("The kept checkpoint of {origin} for {size} entries: the table's columns differ from its note"),
        N_("The note is the record. Someone edited the table: keep the file as evidence."),
    )
    KEPT_KEY_UNKNOWN = (
        "LR1166",
        Severity.NOTE,
        N_("No key of {origin} is known here, so that its kept checkpoint for {size} entries cannot be verified"),
        N_("Nothing to do where that log's key was given by hand when its checkpoint was cosigned."),
    )
    KEPT_CONTRADICT = (
        "LR1167",
        Severity.ERROR,
        N_("Two kept checkpoints of {origin} for {size} entries have different roots (the later of {received})"),
        N_("That log has shown two histories. Do not rely on it; ask its office in writing."),
    )
    KEPT_SIGNATURE_UNKNOWN = (
        "LR1168",
        Severity.NOTE,
        N_("The kept checkpoint of {origin} for {size} entries has a signature by {name}, whose key is not known here"),
        N_("It is not counted. Grant the witness its key if its cosignatures are to count."),
    )
    BLOB_CHANGED = (
        "LR1170",
        Severity.ERROR,
        N_("The attachment {hash} has been changed: its bytes give another hash"),
        N_("Keep the file as evidence, and fetch the attachment again from a node that confirmed it."),
    )
    BLOB_NOT_ERASED = (
        "LR1171",
        Severity.ERROR,
        N_("The attachment {hash} was to be erased ({reason}), and its content is here"),
        N_("Erase it again; if it came back after its erasure, find out who stored it."),
    )
    BLOB_ERASED_UNSAID = (
        "LR1172",
        Severity.ERROR,
        N_("The content of the attachment {hash} was removed ('{reason}'), and no statement says so"),
        N_("Someone removed it behind the program's back; fetch it again from a node that confirmed it."),
    )
    BLOBS_ABSENT = (
        "LR1173",
        Severity.WARNING,
        N_("{count} attachments are named by statements and are not here, the first {hash}"),
        N_("Fetch them with a bundle from the node that has them; until then nobody here can confirm them."),
    )
    BLOBS_ERASED = (
        "LR1174",
        Severity.NOTE,
        N_("The content of {count} attachments was erased, the first {hash}: {reason}"),
        N_("Nothing to do: their hashes stay in the record."),
    )
    BLOBS_UNNAMED = (
        "LR1175",
        Severity.NOTE,
        N_("{count} attachments are stored and no statement names them, the first {hash}"),
        N_("They may belong to entries that are held; otherwise they were stored by hand."),
    )
    HELD_CHANGED = (
        "LR1176",
        Severity.ERROR,
        N_("The held entry {hash} (node {node}, number {seq}) has been changed: bytes, hash and columns do not agree"),
        N_("It is not part of the record. Merge the bundle that brought it again; what was changed is not taken in."),
    )
    HELD_WAITS = (
        "LR1177",
        Severity.NOTE,
        N_("{count} entries of node {node}, from number {seq} on, are held and wait for {waits}"),
        N_("Ask the node for a bundle that holds what is missing."),
    )
    GUARDS_MISSING = (
        "LR1178",
        Severity.ERROR,
        N_("{path} lacks guards of its tables, or they were changed: {guards}"),
        N_("Someone took them off or copied the tables by hand. Keep the file as evidence; go on from a good copy."),
    )
    SNAPSHOT_DIFFERS = (
        "LR1179",
        Severity.ERROR,
        N_("The snapshot of the first {size} entries in {folder} says something else than the record"),
        N_("The record is not affected. Find out who writes in the folder, delete it, and make the snapshots again."),
    )
    SNAPSHOTS_PASSED_OVER = (
        "LR1180",
        Severity.NOTE,
        N_("{count} snapshots in {folder}, the first of {size} entries, are not of this record and program"),
        N_("They are passed over, and deleted by the next 'landrelease snapshot'."),
    )

    # 2: exchange
    FORMAT_UNKNOWN = (
        "LR2001",
        Severity.ERROR,
        N_("No format is known for {file}"),
        N_("Name the format; known formats: {formats}."),
    )
    MAPPING_NEEDED = (
        "LR2002",
        Severity.ERROR,
        N_("The format {format} needs a mapping file"),
        N_("Write one as docs/formats/mapping-v1.md shows, and name it with --mapping."),
    )
    MAPPING_INVALID = (
        "LR2003",
        Severity.ERROR,
        N_("The mapping file is not valid: {problem}"),
        N_("Correct the mapping file; docs/formats/mapping-v1.md lists every key."),
    )
    COLUMNS_MISSING = (
        "LR2004",
        Severity.ERROR,
        N_("Columns are missing: {columns}"),
        N_("Check the file, the delimiter and the mapping; the file has the columns: {found}."),
    )
    FILE_EMPTY = (
        "LR2005",
        Severity.ERROR,
        N_("The file holds no rows"),
        N_("Get the file again from its source; an empty file is never taken as 'no hazard'."),
    )
    FILE_TRUNCATED = (
        "LR2006",
        Severity.ERROR,
        N_("The file is cut off or damaged: {problem}"),
        N_("Get the file again from its source and compare its size."),
    )
    ROW_FIELDS = (
        "LR2007",
        Severity.ERROR,
        N_("The row has {found} fields, the header has {expected}"),
        N_("Look for an unquoted delimiter or a line break inside a value."),
    )
    NOT_DECODED = (
        "LR2008",
        Severity.ERROR,
        N_("The bytes of '{value}' are not {encoding}"),
        N_("State the encoding in the mapping file; where encodings are mixed, convert the file to UTF-8 first."),
    )
    CODE_UNKNOWN = (
        "LR2009",
        Severity.ERROR,
        N_("'{value}' is not in the code list: {codes}"),
        N_("Correct the value, or add it to the code list of the mapping."),
    )
    CODE_NOT_STATED = (
        "LR2010",
        Severity.WARNING,
        N_("'{value}' is not in the code list ({codes}); taken in as not stated"),
        N_("Ask the source for the value; until then it counts as unknown."),
    )
    NUMBER_INVALID = (
        "LR2011",
        Severity.ERROR,
        N_("'{value}' is not a number"),
        N_("Write the number in digits with the decimal sign '{decimal}'."),
    )
    NUMBER_AMBIGUOUS = (
        "LR2012",
        Severity.ERROR,
        N_("'{value}' can be read in two ways: decimal comma or thousands separator"),
        N_("State 'decimal' and 'thousands' in the mapping file."),
    )
    NUMBER_RANGE = (
        "LR2013",
        Severity.ERROR,
        N_("{value} is outside {low} to {high}"),
        N_("Correct the value in the source."),
    )
    UNIT_MIXED = (
        "LR2014",
        Severity.ERROR,
        N_("'{value}' carries the unit {found} where {expected} is declared"),
        N_("Use one unit in the column, or name a unit column in the mapping file."),
    )
    DATE_UNREADABLE = (
        "LR2015",
        Severity.ERROR,
        N_("'{value}' is not a date in the form {formats}"),
        N_("Correct the date, or state its form in the mapping file."),
    )
    DATE_FUTURE = (
        "LR2016",
        Severity.ERROR,
        N_("{value} lies in the future (today is {today})"),
        N_("Correct the date; check day and month, and the century."),
    )
    VALUE_MISSING = (
        "LR2017",
        Severity.ERROR,
        N_("A required value is missing"),
        N_("Fill it in; write 0 for none, and leave out what is unknown only where the field allows it."),
    )
    COORDINATE_RANGE = (
        "LR2018",
        Severity.ERROR,
        N_("({x}, {y}) is not a position in {crs}"),
        N_("Check the coordinate reference system in the mapping file: metres are not degrees."),
    )
    COORDINATES_SWAPPED = (
        "LR2019",
        Severity.ERROR,
        N_("({x}, {y}) fits only with its two coordinates exchanged"),
        N_("Exchange the columns of longitude and latitude (x and y) in the mapping file or in the row."),
    )
    OUTSIDE_BOUNDS = (
        "LR2020",
        Severity.ERROR,
        N_("({x}, {y}) lies outside {place}"),
        N_("Correct the position, or widen the bounds in the mapping file."),
    )
    SIGN_LOST = (
        "LR2021",
        Severity.ERROR,
        N_("{value} lies outside {place}, and {repaired} inside: it looks like a lost minus sign"),
        N_("Correct the row, import with --repair, or with --accept-partial to keep the row without its position."),
    )
    SIGN_REPAIRED = (
        "LR2022",
        Severity.WARNING,
        N_("{value} was read as {repaired}: the minus sign was lost; the value as entered is kept"),
        N_("Have the source correct the row."),
    )
    CRS_MISSING = (
        "LR2023",
        Severity.ERROR,
        N_("The coordinate reference system is not known: {problem}"),
        N_("State 'crs' in the mapping file, for example EPSG:4326."),
    )
    GEOMETRY_EMPTY = (
        "LR2024",
        Severity.ERROR,
        N_("The geometry is empty"),
        N_("Draw the shape again, or leave it out where it is unknown."),
    )
    GEOMETRY_UNSUPPORTED = (
        "LR2025",
        Severity.ERROR,
        N_("{found} cannot be the {field} of a statement of kind {kind}"),
        N_("Give a point for a place and a polygon for an area."),
    )
    GEOMETRY_UNREADABLE = (
        "LR2026",
        Severity.ERROR,
        N_("The geometry cannot be read: {problem}"),
        N_("Correct the coordinates of the shape."),
    )
    AREA_DISAGREES = (
        "LR2029",
        Severity.WARNING,
        N_("The stated area of {stated} m² is {ratio} times the polygon's {measured} m²"),
        N_("Check the unit of the area (m², ha, km²) and the polygon; both are kept."),
    )
    ROW_BODY_INVALID = (
        "LR2030",
        Severity.ERROR,
        N_("The row does not make a statement of kind {kind}: {problem}"),
        N_("Correct the value, or map the field."),
    )
    HEADER_REPEATED = (
        "LR2031",
        Severity.ERROR,
        N_("Several columns have the same name: {columns}"),
        N_("Give every column its own name."),
    )
    ROWS_ALIKE = (
        "LR2032",
        Severity.NOTE,
        N_("{count} rows equal an earlier row in every column; all are kept"),
        N_("Several records can look alike; only the source can say whether they are one."),
    )
    ROW_REPEATED = (
        "LR2033",
        Severity.WARNING,
        N_("The row equals row {first} in every column; both are kept"),
        N_("Ask the source whether they are one record."),
    )
    KEY_REPEATED = (
        "LR2034",
        Severity.WARNING,
        N_("The key ({key}) stands already in row {first}; both rows are kept, nothing is overwritten"),
        N_("Ask the source whether one row corrects the other."),
    )
    AREA_WITHOUT_OPERATION = (
        "LR2035",
        Severity.WARNING,
        N_("{area_m2} m² cleared, but no clearance operation in the month"),
        N_("Ask the operator which operation the area belongs to."),
    )
    DEVICES_WITHOUT_OPERATION = (
        "LR2036",
        Severity.WARNING,
        N_("{devices} devices destroyed, but no clearance operation in the month"),
        N_("Ask the operator which operation the devices belong to."),
    )
    ROW_ALL_ZERO = (
        "LR2037",
        Severity.NOTE,
        N_("Area, devices and operations are all zero"),
        N_("Nothing to do; the row is kept as a report of no output."),
    )
    SUM_DISAGREES = (
        "LR2038",
        Severity.WARNING,
        N_("The classes add up to {sum}, the total says {total}"),
        N_("Ask the source which is right; both are kept."),
    )
    HEADER_DISAGREES = (
        "LR2039",
        Severity.WARNING,
        N_(
            "The header says municipality seat, the values are not: "
            "{points} distinct points, {several} of {codes} codes have more than one"
        ),
        N_("Use the points for overview only; they are neither seats nor surveyed positions."),
    )
    PERSONAL_DETAIL = (
        "LR2040",
        Severity.NOTE,
        N_("Columns with personal detail are not taken in: {columns}"),
        N_("Keep the source file under restricted access; only coded groups enter the record."),
    )
    AREA_ROUNDED = (
        "LR2041",
        Severity.NOTE,
        N_("{count} areas were rounded to whole m²"),
        N_("Nothing to do; statements carry whole square metres."),
    )
    ALREADY_IMPORTED = (
        "LR2042",
        Severity.NOTE,
        N_("The same file was imported before, on {recorded}; nothing was added"),
        N_("Nothing to do; where its statements wait for a review, import it again with a reviewer."),
    )
    EDITION_OLDER = (
        "LR2043",
        Severity.ERROR,
        N_("The file ends in {last}, but {dataset} is recorded up to {recorded}: it is an older edition"),
        N_("Import editions from the oldest to the newest; an older one must not undo a newer one."),
    )
    EDITION_WITHDREW = (
        "LR2044",
        Severity.WARNING,
        N_("{count} recorded statements are no longer in this complete edition: it withdraws them"),
        N_("What was known before can still be asked with --as-of; ask the source why the rows went."),
    )
    EDITION_KEPT = (
        "LR2045",
        Severity.NOTE,
        N_("{count} recorded statements are not in this file and are kept: {reason}"),
        N_("Withdraw them by hand where they no longer hold."),
    )
    IMPORT_REVIEWER_IS_AUTHOR = (
        "LR2046",
        Severity.ERROR,
        N_("{reviewer} cannot review their own statements"),
        N_("Name a reviewer other than the author."),
    )
    UNSAFE_FILE = (
        "LR2047",
        Severity.ERROR,
        N_("The file is refused as unsafe: {problem}"),
        N_("Get a plain file from its source; do not open this one elsewhere."),
    )
    ROWS_REFUSED = (
        "LR2048",
        Severity.ERROR,
        N_("{refused} of {rows} rows are refused and nothing was written; they are in {path}"),
        N_("Correct them, or take in the good rows with --accept-partial."),
    )
    SUFFIX_UNKNOWN = (
        "LR2049",
        Severity.ERROR,
        N_("There is no writer for '{suffix}'"),
        N_("Use one of {suffixes}."),
    )
    EDITION_EXCERPT = (
        "LR2051",
        Severity.ERROR,
        N_("{count} of {held} recorded statements of {dataset} are not in the file: it looks like an excerpt"),
        N_("Import it as a part (--no-complete), or confirm that it is the complete edition (--complete)."),
    )
    IMPORT_OVERTAKEN = (
        "LR2052",
        Severity.ERROR,
        N_("Another import of {dataset} came in meanwhile; nothing was written"),
        N_("Run the import again."),
    )
    IMPORT_REVIEWED = (
        "LR2053",
        Severity.NOTE,
        N_("The same file was imported before, on {recorded}; {reviewer} accepts {count} statements of it that wait"),
        N_("Nothing to do; nothing was added."),
    )
    CHANGES_AWAIT_REVIEW = (
        "LR2054",
        Severity.WARNING,
        N_("{count} statements that the file replaces or withdraws stand until someone other than the author accepts"),
        N_("Import the file again with a reviewer, or review the changes one by one."),
    )
    FEATURE_INVALID = (
        "LR2055",
        Severity.ERROR,
        N_("The feature cannot be read: {problem}"),
        N_("Write the file again from its source; a feature has an object of properties, and a geometry or null."),
    )
    WRITE_FAILED = (
        "LR2056",
        Severity.ERROR,
        N_("{path} cannot be written: {problem}"),
        N_("Check the folder, the free space and whether another program holds the file, or give another name."),
    )
    SHAPES_MISSING = (
        "LR2057",
        Severity.ERROR,
        N_("{path} cannot be written: the table has no shapes"),
        N_("Write it as .csv, .xlsx or .gpkg."),
    )
    POSITION_NOT_STATED = (
        "LR2058",
        Severity.NOTE,
        N_("The row has no shape; it goes in without one"),
        N_("Ask the source where it is; until then no map shows it."),
    )
    BOUNDS_MISSING = (
        "LR2059",
        Severity.NOTE,
        N_("Positions were not checked against a territory"),
        N_("Set [geometry.bounds] in the mapping file: exchanged coordinates and a wrong zone show only against it."),
    )
    CONTROL_CHARACTER = (
        "LR2060",
        Severity.ERROR,
        N_("'{value}' holds a control character"),
        N_("Remove it in the source, or export the table again; only tabs and line breaks are taken."),
    )
    LAYER_MISSING = (
        "LR2050",
        Severity.ERROR,
        N_("There is no sheet or layer '{layer}'"),
        N_("The file has: {layers}."),
    )
    DATABASE_NOT_PREPARED = (
        "LR2070",
        Severity.ERROR,
        N_("{database} is not prepared for publishing; it lacks {missing}"),
        N_("Have its owner run 'landrelease database prepare', with the extension PostGIS installed."),
    )
    PUBLISHING_NOT_ALLOWED = (
        "LR2071",
        Severity.ERROR,
        N_("This role may not publish in {database}: {problem}"),
        N_("Publish once as the owner of the schema, from then on as a member of landrelease_app."),
    )
    PUBLISHING_FAILED = (
        "LR2072",
        Severity.ERROR,
        N_("{database} refused: {problem}"),
        N_("What was published before still stands. Check the server and the connection, then publish again."),
    )
    LAYER_DIFFERS = (
        "LR2073",
        Severity.ERROR,
        N_("Published {layer} differs from the record: {missing} rows missing, {surplus} too many, {changed} changed"),
        N_("Publish again; if it differs again at once, someone changes the published tables."),
    )
    NOTHING_PUBLISHED = (
        "LR2074",
        Severity.ERROR,
        N_("Nothing is published in {database}"),
        N_("Run 'landrelease publish'."),
    )
    LAYER_SHAPE = (
        "LR2075",
        Severity.ERROR,
        N_("{row} cannot be published in {layer}: its shape is an empty or unsuited {shape}"),
        N_("Correct the shape in the record with a superseding statement."),
    )
    DATABASE_NOT_NAMED = (
        "LR2076",
        Severity.ERROR,
        N_("Workspace {path} names no database"),
        N_("Name one with --database or in LANDRELEASE_DATABASE."),
    )
    LAYERS_BEHIND = (
        "LR2077",
        Severity.WARNING,
        N_("{count} statements have arrived since the layers were published on {published}"),
        N_("Publish again to show them."),
    )
    LAYERS_OF_OTHER_LOG = (
        "LR2078",
        Severity.ERROR,
        N_("The published layers stand for another record: its first {size} statements do not have the root {root}"),
        N_("Publish from this workspace, or check the workspace that published; then audit the ledger."),
    )
    TABLE_FAR = (
        "LR2079",
        Severity.ERROR,
        N_("({longitude}, {latitude}) lies {distance} km from the middle of all events, {times} times as far as most"),
        N_("Look for a lost minus sign; correct the row, leave it out with --skip-bad-rows, or name a --region."),
    )
    RASTER_UNREADABLE = (
        "LR2080",
        Severity.ERROR,
        N_("The raster cannot be read: {problem}"),
        N_("Give a single file of the formats {formats}, with a coordinate system, and a band that it has."),
    )
    LAYER_ELSEWHERE = (
        "LR2081",
        Severity.ERROR,
        N_("The layer does not reach the region: every cell would be missing"),
        N_("Check the layer's coordinate system and extent against the region."),
    )
    DEGREE_GRID_INVALID = (
        "LR2082",
        Severity.ERROR,
        N_("This is no table of values by latitude and longitude: {problem}"),
        N_("First row: longitudes after one name; first column: latitudes; both in order; then one number a cell."),
    )
    PLACE_INVALID = (
        "LR2083",
        Severity.ERROR,
        N_("'{value}' is no {wanted}"),
        N_("Correct the row in the source; leave a population out where it is unknown."),
    )
    COUNTRY_UNKNOWN = (
        "LR2084",
        Severity.ERROR,
        N_("The layer has no area named '{name}'"),
        N_("Name it as the layer does, by name or code; the first it has: {names}."),
    )
    LAYER_WITHOUT_SHAPES = (
        "LR2085",
        Severity.ERROR,
        N_("The layer holds no shape that can be used"),
        N_("Give a layer of points, lines or polygons; check that its shapes are not empty."),
    )
    VECTOR_FORMAT = (
        "LR2086",
        Severity.ERROR,
        N_("{file} is no file of lines or areas that is read here"),
        N_("Give one of these formats: {formats}."),
    )

    # 3: geometry and land
    SHAPE_UNREADABLE = (
        "LR3001",
        Severity.ERROR,
        N_("This is no point, polygon or multipolygon: {problem}"),
        N_("Give a point, or closed rings of at least three different vertices."),
    )
    COORDINATE_OUT_OF_RANGE = (
        "LR3002",
        Severity.ERROR,
        N_("Coordinates outside longitude -180 to 180, latitude -90 to 90: {bounds}"),
        N_("Check the coordinate system, and whether longitude and latitude are swapped."),
    )
    SHAPE_EMPTY = (
        "LR3003",
        Severity.ERROR,
        N_("The shape is empty"),
        N_("Give the coordinates, or leave the shape out where it is unknown."),
    )
    RING_TOO_SHORT = (
        "LR3004",
        Severity.ERROR,
        N_("Ring {ring} has {vertices} vertices, and fewer than three different ones"),
        N_("A polygon needs three different turning points."),
    )
    RING_CLOSED = (
        "LR3005",
        Severity.NOTE,
        N_("Ring {ring} does not return to its first point; it was closed"),
        N_("Check that no turning point is missing at the end."),
    )
    RING_REPEATS_VERTICES = (
        "LR3006",
        Severity.NOTE,
        N_("{count} repeated vertices were left out"),
        N_("Check the turning points if a different one was meant."),
    )
    SHAPE_REPAIRED = (
        "LR3007",
        Severity.WARNING,
        N_("The polygon crosses itself or overlaps itself ({reason}); it was rebuilt with {area_m2} m²"),
        N_("Compare the map with the report, and correct the order of the turning points."),
    )
    SHAPE_WITHOUT_AREA = (
        "LR3008",
        Severity.ERROR,
        N_("The polygon has no area"),
        N_("Check the turning points: they lie on one line."),
    )
    TRAVERSE_OPEN = (
        "LR3021",
        Severity.ERROR,
        N_("The traverse misses its start by {closure_m} m: {permille} permille of {perimeter_m} m, not {tolerance}"),
        N_("Check each bearing and distance, and whether bearings are magnetic or true."),
    )
    DECLINATION_MISSING = (
        "LR3022",
        Severity.ERROR,
        N_("Bearings are magnetic but no declination is given"),
        N_("Give the declination of the place and year in degrees, east positive."),
    )
    LEG_INVALID = (
        "LR3023",
        Severity.ERROR,
        N_("Leg {leg}: bearing {bearing} degrees, distance {distance_m} m"),
        N_("Bearings run from 0 to under 360 degrees, distances are above 0 m."),
    )
    LEG_LONG = (
        "LR3024",
        Severity.WARNING,
        N_("Leg {leg} is {distance_m} m long, more than {maximum_m} m"),
        N_("Check the distance and its unit."),
    )
    LEG_NEEDS_INTERMEDIATE_POINT = (
        "LR3025",
        Severity.NOTE,
        N_("Leg {leg} is {distance_m} m long, more than {maximum_m} m without an intermediate point"),
        N_("Mark and record intermediate points between turning points that are far apart or out of sight."),
    )
    LEGS_TOO_FEW = (
        "LR3026",
        Severity.ERROR,
        N_("{count} legs make no polygon"),
        N_("A perimeter needs at least three legs."),
    )
    TRANSITION_UNKNOWN = (
        "LR3101",
        Severity.ERROR,
        N_("{axis}: no change from {source} to {target}"),
        N_("The reference page 'States of land' lists every change and what it needs."),
    )
    TRANSITION_UNMET = (
        "LR3102",
        Severity.ERROR,
        N_("{axis}, from {source} to {target}: {requirement} is missing"),
        N_("Record what is missing; a change of state rests on statements, not on a field."),
    )
    HAZARD_AREA_UNKNOWN = (
        "LR3111",
        Severity.ERROR,
        N_("No official hazard report describes area {area}"),
        N_("Check the identifier, and whether its report waits for a review."),
    )
    AREA_NOT_REPORTED = (
        "LR3112",
        Severity.WARNING,
        N_("{count} statements name area {area}, which no official hazard report describes"),
        N_("Record or accept its hazard report; the statements are kept and count from then on."),
    )
    AREA_NOT_OUTLINED = (
        "LR3113",
        Severity.WARNING,
        N_("{count} statements about area {area} change no land: it has no polygon"),
        N_("Record its outline; the statements are kept and count from then on."),
    )
    AREA_WITHOUT_POLYGON = (
        "LR3114",
        Severity.NOTE,
        N_("Hazard report {entry} gives area {area} no polygon"),
        N_("Survey the outline; without it the area is in no balance."),
    )
    REPORT_BEFORE_AREA = (
        "LR3115",
        Severity.WARNING,
        N_("Area {area}: statement {entry} of {on} is older than the outline of {opened} and counts right after it"),
        N_("Check both dates."),
    )
    LAND_OF_ANOTHER_AREA = (
        "LR3116",
        Severity.WARNING,
        N_("Area {area}: {area_m2} m² of statement {entry} lie in area {other}, where they are on an older account"),
        N_("Correct the boundary, or report the work for that area too."),
    )
    OUTLINE_SMALLER = (
        "LR3117",
        Severity.NOTE,
        N_("Area {area}: outline {entry} leaves out {area_m2} m² that are still to be released; they stay"),
        N_("Record a boundary change if they were never hazardous, or a survey that cancels them."),
    )
    REMOVAL_OF_RESOLVED = (
        "LR3118",
        Severity.WARNING,
        N_("Area {area}: boundary change {entry} takes out {area_m2} m² that a report resolved; they stay"),
        N_("Withdraw the report if it was wrong."),
    )
    BALANCE_KEY_UNKNOWN = (
        "LR3121",
        Severity.ERROR,
        N_("A balance cannot be made by {key}"),
        N_("Name each once, from: {known}."),
    )
    BALANCE_BACKWARDS = (
        "LR3122",
        Severity.ERROR,
        N_("The balance would start on {start}, after its end on {end}"),
        N_("Exchange start and end."),
    )
    CREDIT_WITHOUT_POLYGON = (
        "LR3131",
        Severity.WARNING,
        N_("Area {area}: report {entry} gives {reported_m2} m² ({route}) without a polygon; they are in no account"),
        N_("Record the polygon; a figure alone releases no land."),
    )
    CREDIT_REFUSED = (
        "LR3132",
        Severity.WARNING,
        N_("Area {area}: report {entry} does not count ({route}): it lacks {requirement}"),
        N_("Complete the report; the land stays unresolved until then."),
    )
    CREDIT_INCOMPLETE = (
        "LR3133",
        Severity.WARNING,
        N_("Area {area}: report {entry} counts ({route}) but lacks {requirement}"),
        N_("Complete the report before the land is released."),
    )
    REPORTED_AREA_DIFFERS = (
        "LR3134",
        Severity.WARNING,
        N_(
            "Area {area}: {entry} reports {reported_m2} m², "
            "the polygon has {polygon_m2} (allowed: {tolerance} permille)"
        ),
        N_("Correct the figure or the polygon; the accounts follow the polygon."),
    )
    CREDITED_BEFORE = (
        "LR3135",
        Severity.WARNING,
        N_("Area {area}: {area_m2} m² of report {entry} ({route}) were resolved before and are not counted again"),
        N_("Nothing, if the work was done twice; else correct the polygon."),
    )
    CLEARED_BEYOND_BOUNDARY = (
        "LR3136",
        Severity.NOTE,
        N_("Area {area}: {area_m2} m² of report {entry} were cleared beyond the boundary and are an expansion"),
        N_("Record a boundary change that says why."),
    )
    CREDIT_BEYOND_BOUNDARY = (
        "LR3137",
        Severity.WARNING,
        N_("Area {area}: {area_m2} m² of statement {entry} ({route}) lie outside the area and do not count"),
        N_("Correct the polygon, or record a boundary change first."),
    )
    DECISION_CONTRADICTS = (
        "LR3141",
        Severity.WARNING,
        N_("Area {area}: decision {entry} says {decision} but leads to {to}; it does not count"),
        N_("Supersede it with a decision whose state agrees."),
    )
    DECISION_ON_UNRESOLVED = (
        "LR3142",
        Severity.WARNING,
        N_("Area {area}: decision {entry} covers {area_m2} m² that no report resolved; they are not released"),
        N_("Resolve them by survey or clearance, then decide again."),
    )
    HANDOVER_OF_UNRELEASED = (
        "LR3143",
        Severity.WARNING,
        N_("Area {area}: handover {entry} covers {area_m2} m² that are not released; they are not handed over"),
        N_("Release them first."),
    )
    CONFIRMED_WITHOUT_EVIDENCE = (
        "LR3151",
        Severity.WARNING,
        N_("Area {area} is reported as a CHA without accepted direct evidence; it counts as an SHA"),
        N_("Record and accept the direct evidence."),
    )
    CLASS_RAISED = (
        "LR3152",
        Severity.NOTE,
        N_("Area {area} is reported as '{said}' but has accepted direct evidence; it counts as a CHA"),
        N_("Resolve the evidence with a reason if it was wrong."),
    )
    SUSPECTED_WITHOUT_EVIDENCE = (
        "LR3153",
        Severity.NOTE,
        N_("Area {area} is an SHA without any item of evidence"),
        N_("Record what the suspicion rests on."),
    )
    EVIDENCE_IN_RESOLVED = (
        "LR3154",
        Severity.WARNING,
        N_("Area {area}: {count} unresolved items of direct evidence lie in land that a survey took off hand"),
        N_("Resolve the evidence, or withdraw the report."),
    )
    WORK_STATUS_UNUSUAL = (
        "LR3155",
        Severity.NOTE,
        N_("Area {area}: work went from {source} to {target} on {on}"),
        N_("Check whether an order is missing."),
    )
    SUSPENDED_WITHOUT_REASON = (
        "LR3156",
        Severity.WARNING,
        N_("Area {area} was suspended on {on} without a reason"),
        N_("Record the reason; the land stays on hand."),
    )
    COMPLETED_WITH_LAND = (
        "LR3157",
        Severity.WARNING,
        N_("Area {area} is said to be completed with {area_m2} m² still to be released"),
        N_("Release the rest, or outline it as an area of its own."),
    )

    # 3: quality
    NONCONFORMITY_UNKNOWN = (
        "LR3200",
        Severity.ERROR,
        N_("There is no nonconformity {nonconformity} in the record"),
        N_("List them with 'landrelease quality nonconformities'; one noted in a visit needs a statement of its own."),
    )
    VERIFIED_BY_OWNER = (
        "LR3201",
        Severity.ERROR,
        N_("{person} owns or corrected nonconformity {nonconformity} and cannot judge the correction"),
        N_("Let someone else verify it; the profile may ask for another organisation."),
    )
    VERIFIED_INSIDE = (
        "LR3202",
        Severity.ERROR,
        N_("Nonconformity {nonconformity} is {severity}: {organisation}, which had to correct it, cannot verify it"),
        N_("Let a person of another organisation verify it; quality.verify_outside of the profile says when."),
    )
    NONCONFORMITY_STATE = (
        "LR3203",
        Severity.ERROR,
        N_("Nonconformity {nonconformity} is '{state}': '{act}' is not possible now"),
        N_("See the reference page 'Nonconformities' for what leads where."),
    )
    NONCONFORMITY_BEFORE = (
        "LR3204",
        Severity.ERROR,
        N_("Nonconformity {nonconformity}: '{act}': {problem}"),
        N_("Correct the day; nothing is corrected before it was found, nor verified before it was corrected."),
    )
    NONCONFORMITY_ACT_VOID = (
        "LR3205",
        Severity.WARNING,
        N_("Nonconformity {nonconformity}: '{act}' by {author} counts nothing: {problem}"),
        N_("Ask who wrote it; the nonconformity stands where it stood."),
    )
    QUALITY_INCOMPLETE = (
        "LR3206",
        Severity.ERROR,
        N_("{what} is missing"),
        N_("Say it; where it is not known, say so in words."),
    )
    PERSON_NOT_RECORDED = (
        "LR3207",
        Severity.ERROR,
        N_("There is no person {person} in the record"),
        N_("Record the person first (kind 'person', by pseudonym), or correct the name."),
    )
    NONCONFORMITY_EXISTS = (
        "LR3208",
        Severity.ERROR,
        N_("Nonconformity {nonconformity} is already in the record"),
        N_("Use another identifier, or correct the statement by a supersession."),
    )
    CHECKLIST_ITEM_UNKNOWN = (
        "LR3209",
        Severity.ERROR,
        N_("The checklist of the profile has no item '{item}'"),
        N_("Use the items of the profile, quality.checklist: {known}."),
    )
    CHECKLIST_ITEM_TWICE = (
        "LR3210",
        Severity.ERROR,
        N_("The checklist item '{item}' is answered twice"),
        N_("Give one answer; say more in its note."),
    )
    VISIT_NOT_INDEPENDENT = (
        "LR3211",
        Severity.ERROR,
        N_("{organisation} visits itself: that is no visit of another organisation"),
        N_("Record it as internal quality control (independence 'internal'), or name the organisation that inspected."),
    )
    CHECKLIST_NO_WITHOUT_NONCONFORMITY = (
        "LR3212",
        Severity.WARNING,
        N_("The checklist item '{item}' was answered 'no', and no nonconformity was raised for it"),
        N_("Raise one, or say in the item's note why none is needed."),
    )
    EFFECTIVENESS_DUE = (
        "LR3213",
        Severity.NOTE,
        N_("Nonconformity {nonconformity} was closed on {closed}; its effectiveness review is due"),
        N_("Look whether the cause has come back, then record the review."),
    )
    NONCONFORMITY_OVERDUE = (
        "LR3214",
        Severity.WARNING,
        N_("Nonconformity {nonconformity} was due on {due} and is still '{state}'"),
        N_("Ask the owner; plan another day with a reason, or stop the work concerned."),
    )
    ASK_RATE = (
        "LR3215",
        Severity.WARNING,
        N_("{team}, {day}: {rate} m² a {unit}, the norm of the profile ends at {norm}"),
        N_("Ask how the figure came about; a norm is no limit, and easy ground exists."),
    )
    ASK_FINDS = (
        "LR3216",
        Severity.WARNING,
        N_("{team}, {start} to {end}: {finds} finds, {expected} expected from {basis} (chance {chance})"),
        N_("Ask about ground, method and detector settings; look at the ground again where nothing explains it."),
    )
    ASK_OFF_TRACK = (
        "LR3217",
        Severity.WARNING,
        N_("{subject}, {day}: {share} % of the ground said to be searched lies over {distance} m from the track"),
        N_("Ask for the other receivers' tracks, or walk the ground together."),
    )
    ASK_TRACK_OUTSIDE = (
        "LR3218",
        Severity.WARNING,
        N_("{subject}, {day}: {share} % of the track lies outside the ground said to be searched"),
        N_("Ask whether access or rest areas explain it, or the polygon is misplaced."),
    )
    ASK_DEPTHS_EQUAL = (
        "LR3219",
        Severity.WARNING,
        N_("{subject}, {day}: all {count} depth readings are {depth} cm"),
        N_("Ask how depth was checked; readings on real ground differ."),
    )
    ASK_DEPTHS_ROUNDED = (
        "LR3220",
        Severity.WARNING,
        N_("{subject}, {day}: {count} of {all} depth readings end in 0 or 5 (chance {chance})"),
        N_("Ask how depth was read; rounded readings say less than they seem to."),
    )
    ASK_DEPTHS_SHALLOW = (
        "LR3221",
        Severity.WARNING,
        N_("{subject}, {day}: {count} of {all} depth readings are below the required {required} cm"),
        N_("Ask whether the ground was searched again to depth; it counts as cleared only then."),
    )
    ASK_GROUND_TWICE = (
        "LR3222",
        Severity.WARNING,
        N_("{subject}, {day}: {share} % of the ground was already reported on {other_day} by {other}"),
        N_("Ask whether it was searched twice or reported twice."),
    )
    ASK_WORK_ON_LOST_DAY = (
        "LR3223",
        Severity.WARNING,
        N_("{team}, {day}: {area_m2} m² searched on a day reported as lost to {lost_to}"),
        N_("Ask which of the two is right."),
    )
    ASK_ACCREDITATION = (
        "LR3224",
        Severity.WARNING,
        N_("{team}, {day}: {activity} outside the recorded accreditation of {organisation}"),
        N_("Ask for the accreditation; the work counts, once it is shown to have been allowed."),
    )
    SAFETY_BREACH_REFUSED = (
        "LR3225",
        Severity.ERROR,
        N_("{who}, {day}: {rule}: {observed}, the limit is {limit}"),
        N_(
            "Change the plan or the day; the profile's safety section sets the limit and says that a breach is refused."
        ),
    )
    SAFETY_BREACH = (
        "LR3226",
        Severity.WARNING,
        N_("{who}, {day}: {rule}: {observed}, the limit is {limit}"),
        N_("Raise a nonconformity ('landrelease safety check --record') and look for the cause."),
    )
    SAFETY_NOT_STATED = (
        "LR3227",
        Severity.NOTE,
        N_("{who}, {day}: {rule} cannot be checked: {missing} is not stated"),
        N_("Report it from the daily roster; what is not stated is not known to be kept."),
    )
    EXPOSURE_INVALID = (
        "LR3228",
        Severity.ERROR,
        N_("No rate can be made: {problem}"),
        N_("Give a count of 0 or more, an exposure above 0 and a level between 0 and 1."),
    )
    ACCIDENT_NOT_RECORDED = (
        "LR3229",
        Severity.ERROR,
        N_("There is no accident {accident} in the record"),
        N_("Record the accident first, or correct its identifier."),
    )
    NAME_BEFORE_NOTICE = (
        "LR3230",
        Severity.ERROR,
        N_("{victim}: the next of kin have not been told, or not been recorded as told; no name may leave"),
        N_("Record the notice ('landrelease safety notice'), or leave the name out."),
    )
    NOTICE_TOO_EARLY = (
        "LR3231",
        Severity.ERROR,
        N_("{victim}: the notice of {notified} is before the accident of {day}"),
        N_("Correct the day of the notice."),
    )
    EVIDENCE_NOT_RECORDED = (
        "LR3232",
        Severity.ERROR,
        N_("A conclusion of the investigation of {accident} cites {cited}, which is not in the record"),
        N_("Record or attach the evidence first; conclusions must tie to cited evidence."),
    )
    INVESTIGATION_NOT_INDEPENDENT = (
        "LR3233",
        Severity.ERROR,
        N_("{organisation} was involved in accident {accident}: its investigation is not independent"),
        N_("Record it as the organisation's own, or let another organisation investigate."),
    )
    RECOMMENDATION_UNKNOWN = (
        "LR3234",
        Severity.ERROR,
        N_("The investigation of {accident} has no recommendation {number}"),
        N_("Use a number of the investigation's recommendations."),
    )
    ACCIDENTS_DISAGREE = (
        "LR3235",
        Severity.WARNING,
        N_("{organisation}, {year}: the record holds {recorded} {what}, the annual report says {reported}"),
        N_("Ask the organisation; road and attack deaths belong to both."),
    )
    EXPOSURE_NOT_STATED = (
        "LR3236",
        Severity.NOTE,
        N_("{who}: {what} cannot be counted, {missing} is not stated on {count} of {all} days"),
        N_("Report it; rates stand on the days that state it."),
    )
    SPAN_REVERSED = (
        "LR3237",
        Severity.ERROR,
        N_("{what}: the end {end} is before the start {start}"),
        N_("Correct one of the two."),
    )
    WELFARE_FOREIGN = (
        "LR3238",
        Severity.ERROR,
        N_("Welfare entries of {owner} are private to it; {organisation} cannot read or write them"),
        N_("Ask the organisation of the person."),
    )
    WELFARE_NOT_HERE = (
        "LR3239",
        Severity.NOTE,
        N_("{count} welfare entries are not on this node, or were erased"),
        N_("Nothing to do; they are kept where their organisation keeps them."),
    )
    PLAN_SAFETY_UNKNOWN = (
        "LR3240",
        Severity.NOTE,
        N_("{what}: nothing is recorded for {count} teams of the plan; it cannot be checked against it"),
        N_("Record it with the days on which it holds."),
    )
    NAME_WITHOUT_CONSENT = (
        "LR3241",
        Severity.ERROR,
        N_("{victim}: the next of kin do not agree that the name is given out"),
        N_("Leave the name out; a later notice may say otherwise only after an earlier one is withdrawn."),
    )
    CLAIM_DEFINITION_MISSING = (
        "LR3300",
        Severity.ERROR,
        N_("{claim}: the claim does not say what it means by 'cleared'"),
        N_("Name the definition: {definitions}. Where the speaker gave none, say so: not_stated. Nothing was written."),
    )
    CLAIM_INVALID = (
        "LR3301",
        Severity.ERROR,
        N_("{claim} cannot be taken in: {problem}"),
        N_("Correct the field; docs/formats/claims-v1.md lists every field with its unit. Nothing was written."),
    )
    CLAIM_DEFINITION_MISPLACED = (
        "LR3302",
        Severity.ERROR,
        N_("{claim}: it gives an area or items, but is said not to speak of land or items dealt with"),
        N_("Name the definition that the speaker gave, or not_stated where there was none. Nothing was written."),
    )
    CLAIM_UNKNOWN = (
        "LR3303",
        Severity.ERROR,
        N_("There is no claim {claim} on record"),
        N_("Give a subject, or at least eight digits of a hash; 'landrelease claim list' shows both."),
    )
    CLAIM_NOT_AUDITABLE = (
        "LR3304",
        Severity.ERROR,
        N_("{claim}: nothing can be compared; known is only: {known}"),
        N_(
            "An audit needs two of area, items, people with days, and deaths, from this claim or others on the subject."
        ),
    )
    CLAIM_DATE_INVALID = (
        "LR3305",
        Severity.ERROR,
        N_("{claim}: '{value}' is not a day on which something was said"),
        N_("Write 2025-12-13, 2025-12, 2025, two of them as 2025-07..2025-08, or before 2025-12. Nothing was written."),
    )
    CLAIM_FILE_INVALID = (
        "LR3306",
        Severity.ERROR,
        N_("{file} is not a claims file: {problem}"),
        N_("Compare it with the example in docs/formats/claims-v1.md. Nothing was written."),
    )
    CLAIM_TIMES_CONTRADICT = (
        "LR3307",
        Severity.ERROR,
        N_("{claim}: {first} comes after {second}"),
        N_("Correct the days. Nothing was written."),
    )
    CLAIM_ANSWERED_UNKNOWN = (
        "LR3308",
        Severity.ERROR,
        N_("{claim}: it answers '{to}', which is neither a claim of this file nor one on record"),
        N_("Give the id of a claim in the same file, or the hash of one on record. Nothing was written."),
    )

    # 4: hazard
    EVENTS_NONE = (
        "LR4001",
        Severity.ERROR,
        N_("There is no event to learn from"),
        N_("Import accidents, finds or evidence with a position and a date before the wanted year."),
    )
    EVENTS_OUTSIDE_GRID = (
        "LR4002",
        Severity.ERROR,
        N_("None of the {count} events lies inside the region of the grid"),
        N_("Check the coordinate system of the grid and of the events, or choose a grid that covers them."),
    )
    GRID_TOO_LARGE = (
        "LR4003",
        Severity.ERROR,
        N_("A grid of {cells} cells of {cell_m} m would need about {gigabytes} GB; at most {most} cells are allowed"),
        N_("Use cells of at least {fitting_cell_m} m, or cut the territory into {tiles} tiles and estimate each."),
    )
    TEST_EVENTS_FEW = (
        "LR4004",
        Severity.WARNING,
        N_("Only {count} test events from {year} on, at distinct places; {needed} are needed to judge a map"),
        N_("Choose an earlier split year, or do not quote a score for this map."),
    )
    HAZARD_PARAMETER = (
        "LR4005",
        Severity.ERROR,
        N_("{name} is {value}, which is not {wanted}"),
        N_("Correct the parameter."),
    )
    LOOKS_WITHOUT_POSITION = (
        "LR4006",
        Severity.NOTE,
        N_("{count} observations have no position and cannot be placed on the map"),
        N_("Add a point or polygon by a superseding statement; figures of an administrative area stay figures."),
    )
    TUNING_EVENTS_FEW = (
        "LR4007",
        Severity.ERROR,
        N_("Only {count} events before {year} can be used to tune a kernel; {needed} are needed"),
        N_("Use the default kernel, or tune on the record of a larger region."),
    )
    LOOKS_UNEVEN = (
        "LR4008",
        Severity.ERROR,
        N_("The arrays of the observations have different lengths: {lengths}"),
        N_("Give one value an observation in every array."),
    )
    REGION_EMPTY = (
        "LR4009",
        Severity.ERROR,
        N_("No cell of {cell_m} m lies in the region"),
        N_("Use smaller cells or a larger region."),
    )
    LOOKS_NOT_FINITE = (
        "LR4010",
        Severity.ERROR,
        N_("{count} observations have a position or year that is not a number"),
        N_("Leave them out or correct them; unknown positions cannot be placed."),
    )
    TUNING_LEFT_OUT = (
        "LR4011",
        Severity.NOTE,
        N_("The kernel map was not tuned: {count} events before {year} can be used, {needed} are needed"),
        N_("Nothing to do: the default kernel stands. A longer record allows tuning."),
    )
    LOOKS_CHANCE = (
        "LR4020",
        Severity.ERROR,
        N_("{count} observations have a chance to see that is no chance, or a spread that no chance can have"),
        N_("Give a chance between 0 and 1 to ground searched, verdicts and counts only, with a spread that fits it."),
    )
    LOOKS_VERDICT_ERRORS = (
        "LR4021",
        Severity.ERROR,
        N_("{count} observations have rates of false verdicts that are negative, reach 1, or belong to no verdict"),
        N_("A verdict that is wrong as often as right says nothing: leave it out, or correct its rates."),
    )
    LOOKS_BLIND = (
        "LR4022",
        Severity.ERROR,
        N_("{count} observations saw something although their chance to see is 0"),
        N_("Correct the chance to see; what was seen could be seen."),
    )
    LOOKS_QUANTITY = (
        "LR4023",
        Severity.ERROR,
        N_("{count} observations have a quantity that their kind cannot have"),
        N_("Quantities are counts of at least 0; a find has at least one item."),
    )
    LOOKS_CERTAIN = (
        "LR4024",
        Severity.WARNING,
        N_("{count} observations claim a chance to see of 1: where they looked, nothing can be left"),
        N_("No search is sure. State what the detector's trial supports."),
    )
    LOOKS_OUTSIDE_GRID = (
        "LR4025",
        Severity.WARNING,
        N_("{outside} observations lie wholly outside the region and {across} reach across its edge"),
        N_("Those outside are left out, of the others what lies inside counts. Use a larger region to keep them all."),
    )
    LOOKS_CONTRADICT = (
        "LR4026",
        Severity.WARNING,
        N_("{count} contradictions in the record ({what}), for example entries {first} and {second}"),
        N_("Both sides count with their chance to be wrong. Check the entries; withdraw or correct what is mistaken."),
    )
    LOOKS_FIGURES_LEFT_OUT = (
        "LR4027",
        Severity.NOTE,
        N_("{count} figures of administrative areas were left out: reports with positions tell of the same ground"),
        N_("Nothing to do: finds are never counted twice."),
    )
    COVARIATES_SHAPE = (
        "LR4030",
        Severity.ERROR,
        N_("Covariates of the shape {found} do not fit what is needed: {wanted}"),
        N_("Bring every layer onto the same grid, with one name, description and unit a covariate."),
    )
    COVARIATE_NAMES = (
        "LR4031",
        Severity.ERROR,
        N_("The names of covariates are repeated or not there: {names}"),
        N_("Name each covariate once, as the table of covariates has it."),
    )
    COVARIATE_VALUES = (
        "LR4032",
        Severity.ERROR,
        N_("'{name}' holds infinite or negative values that it cannot have"),
        N_("Correct the layer; give what is unknown as missing."),
    )
    COMPETITOR_EVENTS_FEW = (
        "LR4033",
        Severity.ERROR,
        N_("Only {count} events from {start} to {end} can be learned from; {needed} are needed"),
        N_("Use a longer target period or a kernel map, or learn from the record of a larger region."),
    )
    LAND_USE_CLASSES = (
        "LR4034",
        Severity.ERROR,
        N_("{count} values are no classes of land use; at most {most} whole numbers are"),
        N_("Give a raster of classes, or pass measurements as a covariate of their own."),
    )
    BLOCKS_FEW = (
        "LR4040",
        Severity.ERROR,
        N_("The blocks to leave out are {count}; two with cells of the region are needed"),
        N_("Use smaller squares, or a column with more than one value."),
    )
    PLACE_EVENTS_FEW = (
        "LR4041",
        Severity.WARNING,
        N_("Only {count} test events lie in the blocks, at distinct places; {needed} are needed to judge a map"),
        N_("Do not quote a score for this map."),
    )
    TABLE_NUMBER = (
        "LR4042",
        Severity.ERROR,
        N_("'{value}' is not a number with the decimal sign '{decimal}'"),
        N_("Correct the value, or name the decimal sign of the file with --decimal."),
    )
    TABLE_COORDINATE = (
        "LR4043",
        Severity.ERROR,
        N_("({longitude}, {latitude}) is not a longitude and a latitude in degrees"),
        N_("Convert the positions to WGS 84 degrees; metres are not degrees."),
    )
    TABLE_SWAPPED = (
        "LR4044",
        Severity.ERROR,
        N_("Longitude and latitude look exchanged: {reason}"),
        N_("Name the column of the longitude first: --events {columns}."),
    )
    TABLE_DATE = (
        "LR4045",
        Severity.ERROR,
        N_("'{value}' is not a year, a month or a day"),
        N_("Write 2015, 2015-03 or 2015-03-31, or give the form of the dates with --date-form, such as %d/%m/%Y."),
    )
    TABLE_TARGET = (
        "LR4046",
        Severity.ERROR,
        N_("No row has the value '{target}' in the column {column}; its values are {values}"),
        N_("Name the value of the events that the map should foresee with --target."),
    )
    TABLE_ROWS_LEFT_OUT = (
        "LR4047",
        Severity.WARNING,
        N_("{count} rows are left out: {reason}"),
        N_("Correct them in the source; the map knows nothing of them."),
    )
    TABLE_PLACES_FEW = (
        "LR4048",
        Severity.WARNING,
        N_("All events lie at {count} distinct places: the map follows them, and nothing can be said of its quality"),
        N_("Use the map as a drawing of the record; add events before you rank land by it."),
    )
    TABLE_REPEATED = (
        "LR4049",
        Severity.NOTE,
        N_("{count} events stand at the position of another event"),
        N_("Each counts in learning; in judging a place counts once. Points of villages or grids give such positions."),
    )
    ANSWER_OUTSIDE_REGION = (
        "LR4050",
        Severity.ERROR,
        N_("The ground asked about lies outside the region of the estimate, so nothing is known of it"),
        N_("Estimate a region that covers it. No figure does not mean no items."),
    )
    ANSWER_SHAPE = (
        "LR4051",
        Severity.ERROR,
        N_("The ground asked about is no usable polygon: {problem}"),
        N_("Give a polygon that has an area and does not cross itself."),
    )
    ANSWER_PARTLY_KNOWN = (
        "LR4052",
        Severity.WARNING,
        N_("Only {percent} % of the ground asked about lies in the region of the estimate"),
        N_("Read the figures as those of this share; the rest is not counted."),
    )
    ANSWER_WITHOUT_DRAWS = (
        "LR4053",
        Severity.NOTE,
        N_("The estimate ({method}) gives no draws, so its answers have no interval"),
        N_("Use the field estimate where an interval is needed."),
    )
    FINDS_IMPOSSIBLE = (
        "LR4054",
        Severity.ERROR,
        N_("{found} items were found where the searches given could have seen none"),
        N_("Correct the count, the ground searched or its chance to see; or include the finds in a new estimate."),
    )
    DRAWS_EXHAUSTED = (
        "LR4055",
        Severity.WARNING,
        N_("The {found} items found agree with only {effective} of {draws} draws of the estimate"),
        N_("The answer uses a Gamma distribution of the level instead. Estimate again with these finds."),
    )
    PARTS_WITHOUT_ANSWER = (
        "LR4056",
        Severity.WARNING,
        N_("{count} of {total} parts have no figures: without a usable shape, or outside the region of the estimate"),
        N_("Correct the shapes, or estimate a region that covers them. No figure does not mean no items."),
    )
    PARTS_WITHOUT_SYSTEM = (
        "LR4057",
        Severity.ERROR,
        N_("The parts name no coordinate system"),
        N_("Set the system of the frame; land parts leave the accounts in EPSG:4326."),
    )
    STOP_DISTANCE_FEW = (
        "LR4058",
        Severity.ERROR,
        N_("{count} distances beyond a last row allow no mean; {needed} are needed, nearer than the ground searched"),
        N_("Use distances of more finished tasks, or state a mean distance with its source."),
    )
    FIELD_TOO_LARGE = (
        "LR4060",
        Severity.ERROR,
        N_(
            "A field on {cells} cells of {cell_m} m needs about {gigabytes} GB of memory; this machine has "
            "{machine_gigabytes} GB"
        ),
        N_("Estimate {tiles} tiles of {tile_cells} cells a side, or use cells of at least {fitting_cell_m} m."),
    )
    FIELD_MAP_TOO_LARGE = (
        "LR4061",
        Severity.ERROR,
        N_(
            "A map of {cells} cells with {draws} draws takes about {gigabytes} GB of memory; this machine has "
            "{machine_gigabytes} GB"
        ),
        N_("Ask for fewer draws or larger cells, or use each tile by itself instead of joining them."),
    )
    TILES_PARAMETER = (
        "LR4062",
        Severity.ERROR,
        N_("Tiles of {tile_cells} cells with halos of {halo_m} m cannot be made"),
        N_("Use tiles of at least {needed} cells a side and a halo of at least one cell."),
    )
    SCHEDULER_UNREACHABLE = (
        "LR4063",
        Severity.ERROR,
        N_("The scheduler {address} does not answer: {reason}"),
        N_("Check the address and that the scheduler runs, or work on this machine alone."),
    )
    TILE_FAILED = (
        "LR4064",
        Severity.ERROR,
        N_("The tile from row {row}, column {column} failed: {reason}"),
        N_("Start again; nothing was written. Where a worker died, it may need more memory or smaller tiles."),
    )
    WORKERS_NONE = (
        "LR4065",
        Severity.ERROR,
        N_("The scheduler {address} has no worker"),
        N_("Start a worker for it, or work on this machine alone."),
    )
    FIELD_LEFT_OUT = (
        "LR4070",
        Severity.WARNING,
        N_("The field could not be fitted; the best baseline stands in its place: {reason}"),
        N_("Remove the reason and run the study again. Until then the estimate has no bounds and reads no searches."),
    )
    FIELD_NOT_CONVERGED = (
        "LR4071",
        Severity.WARNING,
        N_("The field was not fitted to the end: {decrement} nats may be missing after {steps} steps"),
        N_("Use the map with care; report the record's size and kinds of statement, or estimate on larger cells."),
    )

    # 5: survey
    SURVEY_PARAMETER = (
        "LR5001",
        Severity.ERROR,
        N_("{name} is {value}, which is not {wanted}"),
        N_("Correct the parameter."),
    )
    SAMPLE_CLAMPED = (
        "LR5002",
        Severity.NOTE,
        N_("The approximation asks for {asked} of {units} units; every unit must be inspected"),
        N_("Use the exact form, or inspect all units."),
    )
    PRIOR_UNREACHABLE = (
        "LR5003",
        Severity.ERROR,
        N_("No prior of shape {shape} gives a chance of {probability} that at most {most} items are there"),
        N_("State a chance strictly between 0 and 1."),
    )
    SURVEY_GROUND = (
        "LR5010",
        Severity.ERROR,
        N_("The ground to survey cannot be used: {problem}"),
        N_("Give one polygon with an area that does not cross itself, in a known coordinate system."),
    )
    NO_TRANSECT = (
        "LR5011",
        Severity.ERROR,
        N_(
            "No transect lies inside the ground: they are {pitch_m} m apart, the ground is {width_m} m wide across them"
        ),
        N_("Take a smaller gap, another bearing or another offset; look whether obstacles cover the ground."),
    )
    SPACING_UNREACHABLE = (
        "LR5012",
        Severity.ERROR,
        N_("Transects {spacing_m} m apart give a chance of {chance}, below {wanted}; no gap gives more"),
        N_("Want a smaller chance, look for a larger or denser target area, or use a better detector."),
    )
    ANOMALIES_OUTSIDE = (
        "LR5013",
        Severity.WARNING,
        N_("{count} of {total} anomalies lie in no swath and are not counted"),
        N_("Check the width of the swath, the transects and the positions; only what swaths cover is surveyed."),
    )
    LEGS_DROPPED = (
        "LR5014",
        Severity.NOTE,
        N_("{count} pieces of transect shorter than {least_m} m are left out, {length_m} m in all"),
        N_("Walk them where the ground allows; the figures do not count them."),
    )
    LINKS_OUTSIDE = (
        "LR5015",
        Severity.NOTE,
        N_("{count} of {total} moves between legs leave the ground or cross an obstacle"),
        N_("Go back along searched ground and around; a straight move is not possible there."),
    )
    WINDOWS_TOO_FEW = (
        "LR5016",
        Severity.ERROR,
        N_("{count} windows, or {pairs} pairs of them close enough, are too few for a density map; it takes {least}"),
        N_("Survey more transects, or take a smaller window."),
    )
    NO_SWATH = (
        "LR5017",
        Severity.ERROR,
        N_("The transects have no length"),
        N_("Give lines of at least one window's step."),
    )
    BOX_RESULT = (
        "LR5018",
        Severity.ERROR,
        N_("Box {column}, {row} is told twice and differently, or lies outside the ground of the survey"),
        N_("Correct the table of results: one line a box, of the boxes that the survey named."),
    )
    LINES_UNREADABLE = (
        "LR5019",
        Severity.ERROR,
        N_("There are no lines in the layer: {problem}"),
        N_("Give a GeoPackage, GeoJSON or GPX file with lines in a known coordinate system."),
    )
    ERROR_NOT_REACHED = (
        "LR5020",
        Severity.WARNING,
        N_("The simulation stopped at {runs} runs with an error of {error}, above the wanted {wanted}"),
        N_("Allow more runs, or a larger error."),
    )
    WINDOWS_FALSE = (
        "LR5021",
        Severity.NOTE,
        N_("Of {windows} windows about {expected} reach the flag count on background alone"),
        N_("Windows overlap and are many: read the flags of the false-discovery control beside them."),
    )
    BACKGROUND_ZERO = (
        "LR5022",
        Severity.WARNING,
        N_("The background is 0: one anomaly is enough to flag a window"),
        N_("Give the background density where it is known."),
    )
    SAMPLE_IMPOSSIBLE = (
        "LR5040",
        Severity.ERROR,
        N_("{sample} units cannot be taken from a lot of {units}"),
        N_("A sample is at most the whole lot: make units smaller, inspect all of them, or correct the numbers."),
    )
    DETECTOR_TOO_WEAK = (
        "LR5041",
        Severity.ERROR,
        N_("With a chance to see of {chance} no sample catches {bad} with {wanted}; all of the lot gives {most}"),
        N_("Use a better detector or a second method, prove it on more targets, or ask for less."),
    )
    SEEDS_NOT_FOUND = (
        "LR5042",
        Severity.ERROR,
        N_("{missing} of {placed} seeded items in the inspected units were not found: the verification fails"),
        N_("Find out why they were missed, mend it, remove the seeds, and inspect again with a new sample."),
    )
    ITEM_IN_SAMPLE = (
        "LR5043",
        Severity.ERROR,
        N_("Items found in the sample: {items}, in {inspected} of {units} units inspected. The lot is rejected"),
        N_("Record a nonconformity, find the cause, have the lot searched again, and inspect it with a new sample."),
    )
    SAMPLE_INCOMPLETE = (
        "LR5044",
        Severity.ERROR,
        N_("{inspected} of {sample} units drawn were inspected, which gives a chance of {attained}"),
        N_("Inspect the rest. Units that were hard to reach are not a random part of the ground."),
    )
    FINDS_CLUSTERED = (
        "LR5045",
        Severity.WARNING,
        N_(
            "Items lie together: {items} in {bad} units, design effect {effect} (by chance: {chance}). Chances worked "
            "out for items that lie by themselves are too high"
        ),
        N_("Divide missed items by the design effect, draw single units and no strips, or inspect more of them."),
    )
    UNITS_IMPOSSIBLE = (
        "LR5046",
        Severity.ERROR,
        N_("The ground makes {units} units; a lot has between 1 and {most}"),
        N_("Choose another size of unit, or check the polygon."),
    )
    SAMPLE_LEANS_ON_TARGETS = (
        "LR5047",
        Severity.WARNING,
        N_("Were the targets wrong, the {random} random units would catch the lot with {worst} only, not {wanted}"),
        N_("Draw more units at random, or show on finds that did not choose the targets what they are worth."),
    )
    SAMPLE_FILE_INVALID = (
        "LR5048",
        Severity.ERROR,
        N_("{path} is not a sampling design: {problem}"),
        N_("Give the file that 'landrelease sample design --save' wrote."),
    )
    SEEDS_IMPOSSIBLE = (
        "LR5049",
        Severity.ERROR,
        N_("{found} of {placed} seeds cannot have been found"),
        N_("Count seeded items of the inspected units only, and finds that were not seeded apart."),
    )
    NO_SEEDS = (
        "LR5050",
        Severity.NOTE,
        N_("No seeded items lay in the inspected units: nothing in this sample shows what its inspectors see"),
        N_("Seed the units beforehand, or cite a detector trial of the day."),
    )
    TARGETS_OUTSIDE = (
        "LR5051",
        Severity.ERROR,
        N_("No unit of the lot lies in the targets of {path}"),
        N_("Check the polygon; a unit is targeted where the larger part of it lies inside."),
    )
    MORE_DESTROYED_THAN_FOUND = (
        "LR5060",
        Severity.WARNING,
        N_("{subject}: {destroyed} disposed of, {found} found"),
        N_("Ask the author which figure holds and have the report superseded; no more than were found are counted."),
    )
    CASUALTIES_DIFFER = (
        "LR5061",
        Severity.WARNING,
        N_(
            "{accident}: {stated} killed and injured, but {victims} victims on record and {unidentified} not identified"
        ),
        N_("Record the victims that are missing, or state how many could not be identified."),
    )

    # 6: plan
    PLAN_PROBLEM_INVALID = (
        "LR6001",
        Severity.ERROR,
        N_("The planning problem is not valid: {owner}, {field}: {problem}"),
        N_("Correct the field named; amounts are 0 or more, names are used once."),
    )
    PLAN_COLUMNS_MISSING = (
        "LR6002",
        Severity.ERROR,
        N_("The parts to plan for have no column {columns}"),
        N_("Give the parts as the area accounts make them."),
    )
    PLAN_NO_SHAPE = (
        "LR6003",
        Severity.WARNING,
        N_("{area} is left out of the plan: it has no shape, so nobody knows where to send a team"),
        N_("Survey its boundary, or record at least a polygon with its accuracy."),
    )
    PLAN_NO_TEAM = (
        "LR6011",
        Severity.WARNING,
        N_("{area} waits: no team can do its operation {step}, {activity} ({why})"),
        N_("Add or accredit such a team, or change the operation."),
    )
    PLAN_UNREACHABLE = (
        "LR6012",
        Severity.WARNING,
        N_("{area} waits: no team for {activity} can reach it within {horizon} days; the nearest needs {days}"),
        N_("Check the coordinates of the area and of the bases, or base a team nearer."),
    )
    PLAN_CALENDAR_CLOSED = (
        "LR6013",
        Severity.WARNING,
        N_("{area} waits: the calendar of region '{region}' leaves no open day to a team for {activity}"),
        N_("Check the closed days of the region and of the teams."),
    )
    PLAN_TOO_LONG = (
        "LR6014",
        Severity.WARNING,
        N_("{area} waits: even the fastest teams, doing nothing else, cannot finish {activity} within {horizon} days"),
        N_("Divide the area into blocks, add teams, or plan for longer."),
    )
    PLAN_OUTRANKED = (
        "LR6015",
        Severity.NOTE,
        N_("{area} waits: rank {rank} of {count} by '{rule}'; the {teams} teams for {activity} work elsewhere first"),
        N_("More team-days for this activity, or more weight on what the area offers, would bring it in."),
    )
    PLAN_UNFINISHED = (
        "LR6016",
        Severity.NOTE,
        N_("{area} is begun but not released: no team finishes {activity} before day {horizon}"),
        N_("More team-days for this activity would release it; a longer horizon shows when."),
    )
    PLAN_UNKNOWN = (
        "LR6021",
        Severity.ERROR,
        N_("The plan gives {team} operation {step} of {area}, which the problem does not have"),
        N_("Use the team and area identifiers and the number of operations of the problem."),
    )
    PLAN_TWICE = (
        "LR6022",
        Severity.ERROR,
        N_("{team} does operation {step} of {area}, {activity}, which the plan already gives to {other}"),
        N_("Keep one of the two."),
    )
    PLAN_OVERLAP = (
        "LR6023",
        Severity.ERROR,
        N_("{team} starts on {area} on day {day} but works on {other} until day {busy}"),
        N_("Start later or give the operation to another team."),
    )
    PLAN_TRAVEL = (
        "LR6024",
        Severity.ERROR,
        N_("{team} starts on {area} on day {day}, but travel from {place} takes {days} days and ends on day {arrival}"),
        N_("Start on the day of arrival or later."),
    )
    PLAN_CLOSED_DAY = (
        "LR6025",
        Severity.ERROR,
        N_("{team} on {area}: day {day} is closed"),
        N_("Start and finish with an open day of the region and of the team."),
    )
    PLAN_TOO_SHORT = (
        "LR6026",
        Severity.ERROR,
        N_("{team} on {area}: days {day} to {finish} hold {open} open days; {activity} needs {needed}"),
        N_("Finish later; closed days are not worked."),
    )
    PLAN_NOT_ELIGIBLE = (
        "LR6027",
        Severity.ERROR,
        N_("{team} may not or cannot do {activity} on {area} ({why})"),
        N_("Give the operation to a team that may and can."),
    )
    PLAN_CHAIN_ORDER = (
        "LR6028",
        Severity.ERROR,
        N_("{team} starts {activity} on {area} on day {day}; the operation before it finishes on day {before}"),
        N_("Start after the operation before has finished."),
    )
    PLAN_PAST_HORIZON = (
        "LR6029",
        Severity.ERROR,
        N_("{team} on {area}: days {day} to {finish} are not inside the horizon of days 0 to {horizon}"),
        N_("Leave the operation out, or plan for longer."),
    )
    PLAN_VALUE = (
        "LR6030",
        Severity.ERROR,
        N_("The plan claims a value of {claimed}; its {count} released areas ({areas}) are worth {value}"),
        N_("Take the recomputed value."),
    )
    PLAN_SIZES_INVALID = (
        "LR6031",
        Severity.ERROR,
        N_("Cannot make an instance with {areas} areas and {teams} teams"),
        N_("Ask for at least 1 area and 5 teams, so that each kind of team is there."),
    )
    PLAN_BUDGET = (
        "LR6032",
        Severity.ERROR,
        N_("The plan spends {spent} of {donor}'s money; the budget is {budget}"),
        N_("Leave work out, or give it to teams that another donor pays."),
    )
    PLAN_RULE = (
        "LR6033",
        Severity.ERROR,
        N_("The rule '{rule}' needs a bound and a search"),
        N_("Use landrelease.plan.improve.improve, which makes both."),
    )
    FORECAST_SPREAD = (
        "LR6070",
        Severity.ERROR,
        N_("The forecast cannot use {name} = {value}"),
        N_("Give a number inside its range: spreads of 0 or more, days and runs above 0."),
    )
    FORECAST_AREA = (
        "LR6071",
        Severity.ERROR,
        N_("{area} is not an area of this forecast"),
        N_("Name areas of the problem that was forecast."),
    )

    # 7: release
    RELEASE_UNRESOLVED = (
        "LR7001",
        Severity.ERROR,
        N_("{area}: part {part} ({area_m2} m²) is {state}"),
        N_("Cancel, reduce or clear the part first, or decide on the other parts alone."),
    )
    RELEASE_REPORT = (
        "LR7002",
        Severity.ERROR,
        N_("{area}: part {part} is {route}, but no approved report of kind '{kind}' stands behind it"),
        N_("Have the report reviewed by someone other than its author; clearance needs a completion report."),
    )
    RELEASE_CANCELLATION = (
        "LR7003",
        Severity.ERROR,
        N_("{area}: part {part} was cancelled on {count} criteria, {required} are required"),
        N_("Name the cancellation criteria in the survey report, or survey the land again."),
    )
    RELEASE_DEPTH = (
        "LR7004",
        Severity.ERROR,
        N_("{area}: part {part} was cleared to {depth}, {required} cm are required"),
        N_("State the depth reached in the completion report, or clear to the required depth."),
    )
    RELEASE_COVERAGE = (
        "LR7005",
        Severity.ERROR,
        N_("{area}: part {part} was searched to {coverage}, {required} ‰ are required"),
        N_("State the coverage in the report; ground that was not searched becomes a hazardous area of its own."),
    )
    RELEASE_FINDS = (
        "LR7006",
        Severity.ERROR,
        N_("{area}: {count} items found in part {part} are not recorded as destroyed"),
        N_("Record the disposal of every item found."),
    )
    RELEASE_EVIDENCE = (
        "LR7007",
        Severity.ERROR,
        N_("{area}: {kind} of {day}, {place}, is not resolved"),
        N_("Resolve the evidence: cite it in an approved report, or record what was found or why it is rebutted."),
    )
    RELEASE_NONCONFORMITY = (
        "LR7008",
        Severity.ERROR,
        N_("{area}: a {severity} nonconformity ({requirement}) is open on {on}"),
        N_("Correct it and have the correction verified."),
    )
    RELEASE_QUALITY = (
        "LR7009",
        Severity.ERROR,
        N_("{area}: no passed QA visit since {day} by an organisation other than {organisation}"),
        N_("Have the finished land inspected by an organisation that did not do the work."),
    )
    RELEASE_RESIDUAL = (
        "LR7010",
        Severity.ERROR,
        N_("{area}: {density} items per hectare are expected to be left in part {part}, {tolerated} are tolerated"),
        N_("Search further, or override this advisory figure with a reason."),
    )
    RELEASE_NOTHING = (
        "LR7011",
        Severity.ERROR,
        N_("{area}: there is no land to decide on ({wanted})"),
        N_("Check the area and the parts; 'landrelease status' lists them."),
    )
    RELEASE_SIGNATORY = (
        "LR7012",
        Severity.ERROR,
        N_("{signatory} wrote the report {report} behind {area} and cannot sign its release"),
        N_("Have the decision signed by someone who did not report or review the work for the operator."),
    )
    RELEASE_REASON = (
        "LR7013",
        Severity.ERROR,
        N_("{area}: the decision '{decision}' needs a reason"),
        N_("Write why, in words that the land user can read."),
    )
    CERTIFICATE_NO_DECISION = (
        "LR7014",
        Severity.ERROR,
        N_("{area}: no release decision is on record"),
        N_("A certificate can only repeat a recorded decision of a named signatory."),
    )
    RELEASE_CRITERION = (
        "LR7020",
        Severity.ERROR,
        N_("The standards profile sets the release criterion '{code}' to '{weight}': {problem}"),
        N_("Correct the section release_criteria of the profile and adopt it."),
    )
    RELEASE_EFFORT = (
        "LR7021",
        Severity.ERROR,
        N_("{area}: all reasonable effort is not shown for: {items}"),
        N_("Record what was done for each item, or why it does not apply: 'landrelease release effort'."),
    )
    RELEASE_KEY = (
        "LR7022",
        Severity.ERROR,
        N_("{signatory} has no key in force on {day}: {problem}"),
        N_("Have the authority grant the officer's key, or let another officer sign."),
    )
    RELEASE_KEY_OTHER = (
        "LR7023",
        Severity.ERROR,
        N_("The key {fingerprint} is not a key of {signatory} in force on {day}"),
        N_("Sign with the officer's own key; 'landrelease key list' shows which are granted."),
    )
    RELEASE_SELF_CHECK = (
        "LR7024",
        Severity.ERROR,
        N_("{signatory} made the QA visit {visit} to {area} and cannot sign its release"),
        N_("Have the decision signed by someone who neither did nor inspected the work."),
    )
    RELEASE_DAY = (
        "LR7025",
        Severity.ERROR,
        N_("{area}: a decision of {day} cannot rest on work of {later}"),
        N_("Give the day of the decision: not before the last day of the work, nor in the future."),
    )
    RELEASE_ACCREDITATION = (
        "LR7026",
        Severity.ERROR,
        N_("{area}: no accreditation of {holders} for {activity} is on record for {day}"),
        N_("Record the accreditation that held on that day, or have the work done again by those who are accredited."),
    )
    RELEASE_INSURANCE = (
        "LR7027",
        Severity.ERROR,
        N_("{area}: no insurance of {holders} for {activity} is on record for {day}"),
        N_("Record the insurance that held on that day."),
    )
    HANDOVER_INCOMPLETE = (
        "LR7030",
        Severity.ERROR,
        N_("{area}: the handover lacks {missing}"),
        N_("State what is missing; the section release.handover_needs of the profile says what a handover holds."),
    )
    REOPEN_UNFOUNDED = (
        "LR7031",
        Severity.ERROR,
        N_("{area}: the reopening cites no statement about what was found"),
        N_("Record the item, accident or evidence first and cite it; 'landrelease release proposals' lists them."),
    )
    LOOK_BACK_NOTHING = (
        "LR7032",
        Severity.ERROR,
        N_("{subject} is not a part, an area or a statement with a place in released land"),
        N_("Name a part or an area of 'landrelease status', or the hash of the item, accident or evidence."),
    )
    ESTIMATE_RASTER_OTHER = (
        "LR7033",
        Severity.ERROR,
        N_("{file} is not the raster of the estimate {estimate}"),
        N_("Give the hazard.tif that the study wrote when it recorded the estimate."),
    )
    EFFORT_UNKNOWN = (
        "LR7034",
        Severity.ERROR,
        N_("'{item}' is no item of the checklist of all reasonable effort; there are: {items}"),
        N_("Use the codes of the section reasonable_effort of the profile."),
    )
    CERTIFICATE_LANGUAGE = (
        "LR7040",
        Severity.ERROR,
        N_("There is no certificate in the language '{language}'; there is: {languages}"),
        N_("Choose one of these, or translate the certificate's texts (how-to page 'Have it in your language')."),
    )
    REPORT_COLUMNS_MISSING = (
        "LR7101",
        Severity.ERROR,
        N_("The frame '{frame}' lacks the columns {columns}"),
        N_("Fill every column that the report's data page lists; leave unknown values empty."),
    )
    REPORT_SYSTEM = (
        "LR7102",
        Severity.ERROR,
        N_("The frame '{frame}' is in {crs}, not in WGS 84 (EPSG:4326)"),
        N_("Transform the frame with to_crs('EPSG:4326') before it is handed to a writer."),
    )
    REPORT_DOCUMENT = (
        "LR7103",
        Severity.ERROR,
        N_("The document {file} could not be set: {problem}"),
        N_("This is a fault of the template or of its data; report it with the text above."),
    )

    TEMPLATE_INVALID = (
        "LR7110",
        Severity.ERROR,
        N_("The template {file} cannot be filled in: {problem} ({place})"),
        N_("Correct the template there; docs/formats/report-context-v1.md lists every field. Nothing was written."),
    )
    TEMPLATE_UNREADABLE = (
        "LR7111",
        Severity.ERROR,
        N_("{file} is not a Word document (.docx): {problem}"),
        N_("Save the template as .docx; 'landrelease report template' writes a plain one to begin with."),
    )
    REPORT_PERIOD_INVALID = (
        "LR7112",
        Severity.ERROR,
        N_("'{value}' is not a {wanted}"),
        N_("Write a day as 2026-08-11, a month as 2026-08."),
    )
    REPORT_AREA_UNKNOWN = (
        "LR7113",
        Severity.ERROR,
        N_("There is no area or task {area} on record"),
        N_("'landrelease status --by area' lists the areas."),
    )
    REPORT_NOTHING = (
        "LR7114",
        Severity.WARNING,
        N_("Nothing is on record for {organisation} in {period}"),
        N_("Check the organisation and the period; a report of nothing is written as such."),
    )
    REPORT_FORMAT = (
        "LR7115",
        Severity.ERROR,
        N_("A report is written as .pdf, .docx or .json, not as {file}"),
        N_("Name a file with one of these endings; .docx needs a template or uses the plain one."),
    )

    # 8: simulate
    SCENARIO_INVALID = (
        "LR8001",
        Severity.ERROR,
        N_("The scenario is not valid: {problem}"),
        N_("Correct the scenario file at the parameter named; units are in the names."),
    )
    SCENARIO_MISSING = (
        "LR8002",
        Severity.ERROR,
        N_("There is no scenario {name}"),
        N_("Give the path of a TOML file, or one of: {names}."),
    )
    POLICY_UNKNOWN = (
        "LR8003",
        Severity.ERROR,
        N_("There is no policy {name}"),
        N_("Use one of: {names}."),
    )
    ORDER_IMPOSSIBLE = (
        "LR8004",
        Severity.ERROR,
        N_("The policy ordered team {team} to {activity} on {area}: {problem}"),
        N_("A policy may only order free teams to work that their kind can do, on ground that is still open."),
    )
    CLOCK_FIXED = (
        "LR8005",
        Severity.ERROR,
        N_("The ledger's clock cannot be set to simulated dates"),
        N_("Create the ledger with clock=SimulatedClock()."),
    )
    OUTCOMES_DIFFER = (
        "LR8006",
        Severity.ERROR,
        N_("These outcomes cannot be compared: {problem}"),
        N_("Compare outcomes of one scenario and one seed."),
    )

    # 9: study and command line
    DATE_INVALID = (
        "LR9001",
        Severity.ERROR,
        N_("'{value}' is not a date or time"),
        N_("Write dates as 2026-04-30, times as 2026-04-30T12:00:00Z."),
    )
    LAYER_UNKNOWN = ("LR9002", Severity.ERROR, N_("There is no layer '{layer}'"), N_("Use one of: {known}."))
    AREA_UNKNOWN = (
        "LR9003",
        Severity.ERROR,
        N_("No statement is about '{area}'"),
        N_("Use the subject of an area, as 'landrelease export' and the map show it."),
    )
    FILE_SYSTEM = (
        "LR9006",
        Severity.ERROR,
        N_("{path} cannot be read or written: {problem}"),
        N_("Check that the folder exists and may be written to, and that the disk has room."),
    )
    REVIEW_INCOMPLETE = (
        "LR9007",
        Severity.ERROR,
        N_("A review needs a reviewer, and a return or rejection a reason"),
        N_("Add --reviewer and, unless the verdict is accepted, --reason."),
    )
    PENDING_UNKNOWN = (
        "LR9008",
        Severity.ERROR,
        N_("No single pending statement has a hash that begins with '{hash}'"),
        N_("Run 'landrelease review' without a verdict to list what is pending; give at least eight digits."),
    )
    ESTIMATE_NOT_RECORDED = (
        "LR9009",
        Severity.NOTE,
        N_("There is no estimate to record as {author}: the ledger is as it was"),
        N_("The other findings say why the hazard was not estimated; record evidence with positions."),
    )
    DEMO_FOLDER_TAKEN = (
        "LR9004",
        Severity.ERROR,
        N_("{path} holds files that are not a demo's"),
        N_("Use another folder; a demo only writes over an earlier demo."),
    )

    def __init__(self, code: str, severity: Severity, message: str, remedy: str) -> None:
        self.code = code
        self.severity = severity
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong or worth knowing, with its place in the source."""

    error: ErrorCode
    details: Mapping[str, Any] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    """Row of the file as a person counts it: the header is row 1."""
    field: str | None = None
    statements: tuple[str, ...] = ()
    """Hashes of the statements that show it."""

    @property
    def severity(self) -> Severity:
        """Severity from the catalogue."""
        return self.error.severity

    @property
    def where(self) -> str:
        """The place in words, for example ``events.csv, row 12, field lon``."""
        parts = [self.file or "", self.sheet or ""]
        parts += [_("row {row}").format(row=self.row)] if self.row is not None else []
        parts += [_("field {field}").format(field=self.field)] if self.field else []
        if self.statements:
            parts.append(_("statements {hashes}").format(hashes=" ".join(one[:12] for one in self.statements)))
        return ", ".join(part for part in parts if part)

    @property
    def what(self) -> str:
        """What is wrong, in the user's language."""
        return _(self.error.message).format(**self.details)

    @property
    def remedy(self) -> str:
        """What to do, in the user's language."""
        return _(self.error.remedy).format(**self.details)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.error.code} {place}{self.what}. {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and tables."""
        return {
            "code": self.error.code, "severity": self.severity.value, "file": self.file, "sheet": self.sheet,
            "row": self.row, "field": self.field, "what": self.what, "remedy": self.remedy,
        }  # fmt: skip


class LandreleaseError(Exception):
    """Work refused, with the findings that say why."""

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all findings, in order."""
        return tuple(finding.error.code for finding in self.findings)


def fail(error: ErrorCode, **details: Any) -> LandreleaseError:
    """Make the exception of one finding: ``raise fail(ErrorCode.FILE_MISSING, path=path)``."""
    return LandreleaseError(Finding(error, details))
