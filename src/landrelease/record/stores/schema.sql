-- Tables of ledger format v1 in SQLite (docs/formats/ledger-v1.md). Hashes are the 32 bytes, not their text.
PRAGMA application_id = 0x4C524C31; -- "LRL1"
PRAGMA user_version = 1;

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE entry (
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  node TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  kind TEXT NOT NULL,
  kind_version INTEGER NOT NULL,
  subject TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  recorded TEXT NOT NULL,
  author TEXT NOT NULL,
  organisation TEXT NOT NULL,
  content BLOB NOT NULL,
  signature BLOB,
  UNIQUE (node, seq)
);

CREATE TABLE log (
  idx INTEGER PRIMARY KEY,
  entry_hash BLOB NOT NULL UNIQUE REFERENCES entry (hash),
  received TEXT NOT NULL
);

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  received TEXT NOT NULL,
  note TEXT NOT NULL
);

CREATE TABLE blob (
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  content BLOB,
  erased_reason TEXT,
  CHECK ((content IS NULL) = (erased_reason IS NOT NULL))
);

-- INSERT OR REPLACE removes the row in its way without firing a DELETE trigger, so inserts look first.
CREATE TRIGGER entry_insert BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE hash = NEW.hash)
  OR EXISTS (SELECT 1 FROM entry WHERE node = NEW.node AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM entry WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;

CREATE TRIGGER log_insert BEFORE INSERT ON log
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM log)
  OR NEW.received < (SELECT received FROM log ORDER BY idx DESC LIMIT 1)
  OR EXISTS (SELECT 1 FROM log WHERE entry_hash = NEW.entry_hash)
BEGIN SELECT RAISE(ABORT, 'log is append-only: contiguous, received never decreases, each entry once'); END;
CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;

CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;

-- A blob may be erased, with a reason, and only that.
CREATE TRIGGER blob_insert BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE sha256 = NEW.sha256) OR EXISTS (SELECT 1 FROM blob WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'a blob can only be erased'); END;
CREATE TRIGGER blob_update BEFORE UPDATE ON blob
WHEN NEW.sha256 IS NOT OLD.sha256 OR NEW.content IS NOT NULL OR OLD.content IS NULL
BEGIN SELECT RAISE(ABORT, 'a blob can only be erased'); END;
CREATE TRIGGER blob_delete BEFORE DELETE ON blob BEGIN SELECT RAISE(ABORT, 'a blob can only be erased'); END;

-- The node may be renamed after a restore from backup (a new chain starts); nothing is removed.
CREATE TRIGGER meta_delete BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'meta is kept'); END;
