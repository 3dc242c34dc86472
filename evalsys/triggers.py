"""Database triggers that keep rows from being changed or deleted, whoever asks.

A migration puts them last: on SQLite a later one that rebuilds a table loses its triggers.
"""

from collections.abc import Callable, Mapping

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PREFIX = "protect_"
ALWAYS = "1 = 1"

SQLITE = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""

POSTGRESQL_CASE = """
IF TG_OP = '{event}' THEN IF ({condition}) THEN RAISE EXCEPTION '{message}'; END IF; END IF;
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {cases} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
CREATE OR REPLACE FUNCTION {name}_truncate() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{message}'; END $$;
CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {name}_truncate();
"""


def append_only(table: str) -> migrations.RunPython:
    """A migration operation that refuses UPDATE, DELETE and TRUNCATE on ``table``."""
    return refuse(table, {"UPDATE": ALWAYS, "DELETE": ALWAYS}, f"{table} is append-only")


def refuse(table: str, conditions: Mapping[str, str], message: str) -> migrations.RunPython:
    """A migration operation that refuses an event on a row where its condition holds.

    ``conditions`` maps INSERT, UPDATE or DELETE to SQL over OLD and NEW that SQLite and
    PostgreSQL both understand. TRUNCATE is refused whatever the rows are.
    """

    def run(statements: Callable[[str], list[str]]) -> Callable[..., None]:
        def execute(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
            for statement in statements(schema_editor.connection.vendor):
                schema_editor.execute(statement)

        return execute

    return migrations.RunPython(
        run(lambda vendor: _install(table, conditions, message, vendor)),
        run(lambda vendor: _remove(table, conditions, vendor)),
    )


def _install(table: str, conditions: Mapping[str, str], message: str, vendor: str) -> list[str]:
    words = {"name": PREFIX + table, "table": table, "message": message}
    if vendor == "sqlite":
        return [
            SQLITE.format(event=event, condition=condition, **words)
            for event, condition in conditions.items()
        ]
    cases = "".join(
        POSTGRESQL_CASE.format(event=event, condition=condition, message=message)
        for event, condition in conditions.items()
    )
    return [POSTGRESQL.format(cases=cases, events=" OR ".join(conditions), **words)]


def _remove(table: str, conditions: Mapping[str, str], vendor: str) -> list[str]:
    name = PREFIX + table
    if vendor == "sqlite":
        return [f"DROP TRIGGER {name}_{event}" for event in conditions]
    return [f"DROP FUNCTION {name}(), {name}_truncate() CASCADE"]
