-- What a file proposes (fresh), what its dataset holds (held), and which rows are refused, while an import is decided.
CREATE TABLE fresh (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, key TEXT NOT NULL, stem TEXT NOT NULL, numbered INTEGER NOT NULL, subject TEXT,
  alike BLOB NOT NULL, digest BLOB NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, valid_from TEXT NOT NULL,
  valid_to TEXT, how_known TEXT NOT NULL, reliability TEXT NOT NULL, corrects_file TEXT, corrects_row INTEGER,
  held INTEGER, entry TEXT
);
-- slot: the first of the statements that replaced one another for one row. live: official or pending. free: a removal
-- by who imports takes effect at once. heir: what a standing supersession puts in its place. fresh: the row that
-- replaces it. kept: the held statement of its slot that the file repeats.
CREATE TABLE held (
  id INTEGER PRIMARY KEY, entry TEXT NOT NULL, stem TEXT NOT NULL, number INTEGER NOT NULL, subject TEXT NOT NULL,
  digest BLOB NOT NULL, valid_from TEXT NOT NULL, file TEXT, row INTEGER, fate TEXT, slot TEXT NOT NULL, author TEXT NOT NULL,
  live INTEGER NOT NULL DEFAULT 1, pending INTEGER NOT NULL DEFAULT 0, free INTEGER NOT NULL DEFAULT 0, heir TEXT,
  fresh INTEGER, kept INTEGER
);
CREATE TABLE refused (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, fields TEXT NOT NULL, code TEXT NOT NULL, field TEXT, what TEXT NOT NULL,
  remedy TEXT NOT NULL, kept INTEGER NOT NULL
);
CREATE TABLE pair (fresh INTEGER NOT NULL, slot TEXT NOT NULL);
CREATE TABLE open_slot (stem TEXT NOT NULL, n INTEGER NOT NULL, slot TEXT NOT NULL, PRIMARY KEY (stem, n)) WITHOUT ROWID;
CREATE TABLE stale (entry TEXT NOT NULL);
