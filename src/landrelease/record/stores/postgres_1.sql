-- Version 1 of the tables in PostgreSQL (docs/formats/ledger-v1.md), run by the owner of the schema. Hashes are the 32
-- bytes, not their text; texts compare by bytes, as in SQLite. Triggers are enabled ALWAYS, so that they also fire in a
-- session that replicates or restores.
CREATE TABLE schema_version (version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());

CREATE TABLE meta (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

CREATE TABLE entry (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  node text COLLATE "C" NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 1),
  prev bytea NOT NULL CHECK (octet_length(prev) = 32),
  kind text COLLATE "C" NOT NULL,
  kind_version bigint NOT NULL,
  subject text COLLATE "C" NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  valid_to text COLLATE "C",
  recorded text COLLATE "C" NOT NULL,
  author text COLLATE "C" NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  admin_area text COLLATE "C",
  content bytea NOT NULL, -- never jsonb, which orders and prints anew
  signature bytea,
  UNIQUE (node, seq)
);
CREATE INDEX entry_key ON entry (kind) WHERE kind IN ('key.grant', 'key.revocation');

CREATE TABLE log (
  idx bigint PRIMARY KEY,
  entry_hash bytea NOT NULL UNIQUE REFERENCES entry (hash),
  received text COLLATE "C" NOT NULL
);

CREATE TABLE checkpoint (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  origin text COLLATE "C" NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  received text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL
);
CREATE INDEX checkpoint_place ON checkpoint (origin, size);

CREATE TABLE blob (
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  content bytea,
  erased_reason text,
  CHECK ((content IS NULL) = (erased_reason IS NOT NULL))
);
ALTER TABLE blob ALTER content SET STORAGE EXTERNAL; -- photographs are compressed already

-- Entries that wait for what comes before them. Not part of the record: they leave when they are merged.
CREATE TABLE held (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  node text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  received text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  signature bytea
);
CREATE INDEX held_place ON held (node, seq);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- After each statement, over all lines that it added: one look at the line before, however many they are.
CREATE FUNCTION check_log() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first bigint;
  total bigint;
  last bigint;
BEGIN
  SELECT min(idx), count(*), max(idx) INTO first, total, last FROM added;
  IF total = 0 THEN RETURN NULL; END IF;
  IF last - first + 1 <> total
    OR first <> coalesce((SELECT max(idx) + 1 FROM landrelease.log WHERE idx < first), 0)
    OR EXISTS (
      SELECT FROM (
        SELECT received, lag(received) OVER (ORDER BY idx) AS earlier
        FROM (SELECT idx, received FROM added
              UNION ALL SELECT idx, received FROM landrelease.log WHERE idx = first - 1) AS lines
      ) AS pairs WHERE received < earlier)
  THEN
    RAISE EXCEPTION 'log is append-only: contiguous, received never decreases, each entry once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION check_erasure() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.sha256 <> OLD.sha256 OR NEW.number <> OLD.number OR NEW.content IS NOT NULL OR OLD.content IS NULL THEN
    RAISE EXCEPTION 'a blob can only be erased' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION check_meta() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.name <> OLD.name THEN
    RAISE EXCEPTION 'meta is kept' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON log EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_contiguous AFTER INSERT ON log REFERENCING NEW TABLE AS added EXECUTE FUNCTION check_log();
CREATE TRIGGER checkpoint_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint EXECUTE FUNCTION refuse_change();
CREATE TRIGGER blob_kept BEFORE DELETE OR TRUNCATE ON blob EXECUTE FUNCTION refuse_change();
CREATE TRIGGER blob_erased BEFORE UPDATE ON blob FOR EACH ROW EXECUTE FUNCTION check_erasure();
CREATE TRIGGER meta_kept BEFORE DELETE OR TRUNCATE ON meta EXECUTE FUNCTION refuse_change();
CREATE TRIGGER meta_named BEFORE UPDATE ON meta FOR EACH ROW EXECUTE FUNCTION check_meta();
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_kept;
ALTER TABLE log ENABLE ALWAYS TRIGGER log_kept, ENABLE ALWAYS TRIGGER log_contiguous;
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_kept;
ALTER TABLE blob ENABLE ALWAYS TRIGGER blob_kept, ENABLE ALWAYS TRIGGER blob_erased;
ALTER TABLE meta ENABLE ALWAYS TRIGGER meta_kept, ENABLE ALWAYS TRIGGER meta_named;

GRANT USAGE ON SCHEMA landrelease TO landrelease_app;
GRANT SELECT ON schema_version TO landrelease_app;
GRANT SELECT, INSERT ON entry, log, checkpoint, blob, meta TO landrelease_app;
GRANT UPDATE (content, erased_reason) ON blob TO landrelease_app;
GRANT UPDATE (value) ON meta TO landrelease_app;
GRANT SELECT, INSERT, DELETE ON held TO landrelease_app;
