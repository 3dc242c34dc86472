from pathlib import Path

from django.conf import settings

from reports.checks import CHECKS


def test_the_documented_list_is_the_table_of_checks():
    """Line by line; the message of a failure is the list to put there."""
    checks = (CHECKS[code] for code in sorted(CHECKS))
    rows = [
        f"| {one.code} | {one.severity.value} | {one.title} | {one.applies} | {one.source or '–'} |"
        for one in checks
    ]
    text = (Path(settings.BASE_DIR) / "docs" / "checks.md").read_text(encoding="utf-8")
    written = [line for line in text.splitlines() if line[:2] == "| " and line[2:5] in CHECKS]
    assert written == rows, "\n".join(rows)
