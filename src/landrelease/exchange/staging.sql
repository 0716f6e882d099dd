-- What a file proposes (fresh), what its dataset holds (held), and which rows are refused, while an import is decided.
CREATE TABLE fresh (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, key TEXT NOT NULL, stem TEXT NOT NULL, numbered INTEGER NOT NULL, subject TEXT,
  alike BLOB NOT NULL, digest BLOB NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, valid_from TEXT NOT NULL,
  valid_to TEXT, how_known TEXT NOT NULL, reliability TEXT NOT NULL, corrects_file TEXT, corrects_row INTEGER,
  held INTEGER, entry TEXT
);
CREATE TABLE held (
  id INTEGER PRIMARY KEY, entry TEXT NOT NULL, stem TEXT NOT NULL, number INTEGER NOT NULL, subject TEXT NOT NULL,
  digest BLOB NOT NULL, valid_from TEXT NOT NULL, file TEXT, row INTEGER, fate TEXT
);
CREATE TABLE refused (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, fields TEXT NOT NULL, code TEXT NOT NULL, field TEXT, what TEXT NOT NULL,
  remedy TEXT NOT NULL, kept INTEGER NOT NULL
);
CREATE TABLE gone (entry TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pair (fresh INTEGER NOT NULL, held INTEGER NOT NULL);
