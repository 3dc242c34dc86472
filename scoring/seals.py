"""The triggers that hold a sheet as it was handed in, in SQL of SQLite and PostgreSQL.

The one change a sealed sheet takes is the lifting of its seal, once a SheetVersion keeps what it
sealed. A replacement (INSERT OR REPLACE) deletes without asking a DELETE trigger on SQLite, so a
row that would take a sealed one's place is refused too.
"""

from django.db import migrations

from evalsys.triggers import refuse

SEALED = "the score sheet is sealed"
OLD_MARK = """EXISTS (
    SELECT 1 FROM scoring_scoresheet s
    WHERE s.id = OLD.sheet_id AND s.submitted_at IS NOT NULL)"""
NEW_MARK = """EXISTS (
    SELECT 1 FROM scoring_scoresheet s
    WHERE s.id = NEW.sheet_id AND s.submitted_at IS NOT NULL)"""
REPLACES_MARK = """EXISTS (
    SELECT 1 FROM scoring_mark m JOIN scoring_scoresheet s ON s.id = m.sheet_id
    WHERE m.id = NEW.id AND s.submitted_at IS NOT NULL)"""
REPLACES_SHEET = """EXISTS (
    SELECT 1 FROM scoring_scoresheet s
    WHERE s.submitted_at IS NOT NULL AND (
        s.id = NEW.id OR s.member_id = NEW.member_id OR (
            s.member_id IS NULL AND NEW.member_id IS NULL
            AND s.evaluation_id = NEW.evaluation_id)))"""
LIFTS_SEAL = """(
    NEW.submitted_at IS NULL AND NEW.seal = '' AND NEW.id = OLD.id
    AND NEW.evaluation_id = OLD.evaluation_id
    AND COALESCE(NEW.member_id, 0) = COALESCE(OLD.member_id, 0)
    AND COALESCE(NEW.total_only, -1) = COALESCE(OLD.total_only, -1)
    AND EXISTS (
        SELECT 1 FROM scoring_sheetversion v
        WHERE v.sheet = OLD.id AND v.seal = OLD.seal AND v.submitted_at = OLD.submitted_at))"""


def sealed_sheets() -> list[migrations.RunPython]:
    """The operations that keep handed-in sheets and their marks as they are."""
    return [
        refuse(
            "scoring_mark",
            {
                "INSERT": f"{NEW_MARK} OR {REPLACES_MARK}",
                "UPDATE": f"{OLD_MARK} OR {NEW_MARK} OR {REPLACES_MARK}",
                "DELETE": OLD_MARK,
            },
            SEALED,
        ),
        refuse(
            "scoring_scoresheet",
            {
                "INSERT": REPLACES_SHEET,
                "UPDATE": f"CASE WHEN OLD.submitted_at IS NULL THEN {REPLACES_SHEET}"
                f" ELSE NOT {LIFTS_SEAL} END",
                "DELETE": "OLD.submitted_at IS NOT NULL",
            },
            SEALED,
        ),
    ]
