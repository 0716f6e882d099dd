"""What keeps a ledger in PostgreSQL append-only: whether it is all there, as this program made it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from landrelease.record.stores.postgres_schema import SCHEMA_VERSION, script

_TRIGGERS = """
SELECT relname || '.' || tgname, proname, tgenabled::text FROM pg_catalog.pg_trigger
JOIN pg_catalog.pg_class AS c ON c.oid = tgrelid JOIN pg_catalog.pg_proc AS f ON f.oid = tgfoid
WHERE c.relnamespace = 'landrelease'::regnamespace AND NOT tgisinternal AND relname = ANY (%s)"""
_FUNCTIONS = "SELECT proname::text, prosrc FROM pg_catalog.pg_proc WHERE pronamespace = 'landrelease'::regnamespace"
_PRIVILEGES = """
SELECT place || ': ' || CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(granted.grantee) END
       || ' ' || privilege_type
FROM (
  SELECT relname::text AS place, relname, relowner, relacl AS acl FROM pg_catalog.pg_class
  WHERE relnamespace = 'landrelease'::regnamespace
  UNION ALL
  SELECT relname || '.' || attname, relname, relowner, attacl FROM pg_catalog.pg_attribute
  JOIN pg_catalog.pg_class AS c ON c.oid = attrelid WHERE relnamespace = 'landrelease'::regnamespace
) AS held CROSS JOIN LATERAL aclexplode(acl) AS granted
WHERE relname = ANY (%s) AND granted.grantee <> relowner"""
_POLICIES = """
SELECT tablename || '.' || policyname FROM pg_catalog.pg_policies
WHERE schemaname = 'landrelease' AND tablename = ANY (%s)"""
_ROW_SECURITY = """
SELECT relname::text FROM pg_catalog.pg_class
WHERE relnamespace = 'landrelease'::regnamespace AND relname IN ('entry', 'scope') AND NOT relrowsecurity"""

TABLES = ["blob", "checkpoint", "entry", "held", "log", "meta", "schema_version", "scope"]


def missing_guards(read: Callable[..., list[tuple[Any, ...]]]) -> list[str]:
    """Name the triggers, functions, policies and privileges that are not as the scripts make them.

    Parameters
    ----------
    read
        Runs a query with values and returns its rows.

    Returns
    -------
    list of str
        A trigger or policy as ``table.name``, a function by its name, a privilege that nobody should have as
        ``table: role PRIVILEGE``, a table without row-level security by its name; sorted.
    """
    triggers = {name: (function, enabled) for name, function, enabled in read(_TRIGGERS, (TABLES,))}
    wanted = {name: (function, "A") for name, function in _expected_triggers().items()}
    functions, bodies = dict(read(_FUNCTIONS)), _expected_functions()
    changed = {name for name in triggers.keys() | wanted.keys() if triggers.get(name) != wanted.get(name)}
    changed |= {name for name, body in bodies.items() if functions.get(name) != body}
    changed |= {name for (name,) in read(_PRIVILEGES, (TABLES,))} - _expected_privileges()
    changed |= {name for (name,) in read(_POLICIES, (TABLES,))} ^ _expected_policies()
    return sorted(changed | {name for (name,) in read(_ROW_SECURITY)})


@cache
def _scripts() -> str:
    return "\n".join(script(version) for version in range(1, SCHEMA_VERSION + 1))


@cache
def _expected_triggers() -> dict[str, str]:
    made = re.findall(r"^CREATE TRIGGER (\w+) .*? ON (\w+) .*?EXECUTE FUNCTION (\w+)", _scripts(), re.MULTILINE)
    return {f"{table}.{name}": function for name, table, function in made}


@cache
def _expected_functions() -> dict[str, str]:
    made = re.findall(r"^CREATE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", _scripts(), re.MULTILINE | re.DOTALL)
    return dict(made)


@cache
def _expected_policies() -> set[str]:
    made = re.findall(r"^CREATE POLICY (\w+) ON (\w+) ", _scripts(), re.MULTILINE)
    return {f"{table}.{name}" for name, table in made}


@cache
def _expected_privileges() -> set[str]:
    """Privileges as `_PRIVILEGES` names them; those on columns carry the column."""
    granted: set[str] = set()
    for rights, columns, tables, role in re.findall(
        r"^GRANT ([A-Z, ]+?) (?:\(([\w, ]+)\) )?ON ([\w, ]+) TO (\w+);", _scripts(), re.MULTILINE
    ):
        places = [f"{table}.{column}" for table in tables.split(", ") for column in columns.split(", ") if column]
        granted |= {
            f"{place}: {role} {right}" for place in places or tables.split(", ") for right in rights.split(", ")
        }
    return granted
