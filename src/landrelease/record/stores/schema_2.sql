-- Version 2 of the tables: checkpoints of several logs, held entries, an index of the statements about keys.
-- No program of version 1 ever wrote a checkpoint, so that its table can be made anew.
DROP TABLE checkpoint;
CREATE TABLE checkpoint (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  root BLOB NOT NULL CHECK (length(root) = 32),
  received TEXT NOT NULL,
  note TEXT NOT NULL,
  UNIQUE (origin, size, note)
);
CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE origin = NEW.origin AND size = NEW.size AND note = NEW.note)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;

-- Entries that wait for what comes before them. Not part of the record: they leave when they are merged.
CREATE TABLE held (
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  node TEXT NOT NULL,
  seq INTEGER NOT NULL,
  received TEXT NOT NULL,
  content BLOB NOT NULL,
  signature BLOB
);
CREATE INDEX held_place ON held (node, seq);

CREATE INDEX entry_key ON entry (kind) WHERE kind IN ('key.grant', 'key.revocation');

PRAGMA user_version = 2;
