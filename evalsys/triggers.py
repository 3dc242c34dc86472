"""Database triggers that keep rows from being changed or deleted, whoever asks."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PREFIX = "append_only_"

SQLITE = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {name}();
"""


def append_only(table: str) -> migrations.RunPython:
    """A migration operation that refuses UPDATE, DELETE and TRUNCATE on ``table``."""

    def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _install(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _remove(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    return migrations.RunPython(install, remove)


def _install(table: str, vendor: str) -> list[str]:
    name = PREFIX + table
    if vendor == "sqlite":
        return [
            SQLITE.format(name=name, event=event, table=table) for event in ("UPDATE", "DELETE")
        ]
    return [POSTGRESQL.format(name=name, table=table)]


def _remove(table: str, vendor: str) -> list[str]:
    name = PREFIX + table
    if vendor == "sqlite":
        return [f"DROP TRIGGER {name}_{event}" for event in ("UPDATE", "DELETE")]
    return [f"DROP FUNCTION {name}() CASCADE"]
