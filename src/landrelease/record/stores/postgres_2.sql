-- Version 2 of the tables: readers, each limited to organisations and administrative areas.
-- A line of `scope` lets a role (or whoever is a member of it) see the statements of an organisation about an area;
-- NULL: any. An area is given by how its code begins. Readers never see blobs, nor what is held.
CREATE TABLE scope (
  role name NOT NULL,
  organisation text COLLATE "C",
  admin_area text COLLATE "C",
  UNIQUE NULLS NOT DISTINCT (role, organisation, admin_area)
);
ALTER TABLE scope ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_lines ON scope FOR SELECT TO landrelease_reader, landrelease_app
  USING (role IN (SELECT rolname FROM pg_catalog.pg_roles WHERE pg_has_role(oid, 'MEMBER')));

-- Not SECURITY DEFINER: the policy of `scope` leaves only the lines of the role that asks. Names are whole: it is read
-- with the search_path of that role, who could put a function or operator of its own there.
CREATE FUNCTION in_scope(organisation text, admin_area text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM landrelease.scope AS allowed
    WHERE (allowed.organisation IS NULL OR allowed.organisation OPERATOR(pg_catalog.=) $1)
      AND (allowed.admin_area IS NULL OR pg_catalog.starts_with($2, allowed.admin_area))
  )
$$;
REVOKE EXECUTE ON FUNCTION in_scope FROM PUBLIC;
GRANT EXECUTE ON FUNCTION in_scope TO landrelease_reader, landrelease_app;

ALTER TABLE entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY writing ON entry TO landrelease_app USING (true) WITH CHECK (true);
CREATE POLICY reading ON entry FOR SELECT TO landrelease_reader USING (landrelease.in_scope(organisation, admin_area));

-- The log and the checkpoints hold hashes only: a reader can check the root of a log of which it sees a part.
GRANT USAGE ON SCHEMA landrelease TO landrelease_reader;
GRANT SELECT ON schema_version, entry, log, checkpoint, meta, scope TO landrelease_reader;
GRANT SELECT ON scope TO landrelease_app;
