"""How often one address may ask the public page; counted in the database, for all processes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evalsys.seals import seal
from reports.issuing.models import AskedCount

WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)
CODE, FILE = "code", "file"
LIMITS = {CODE: 60, FILE: 12}


@transaction.atomic
def may_ask(purpose: str, address: str) -> bool:
    """Count this question; False when there were too many in the last minutes."""
    window = _window(timezone.now())
    row, is_new = AskedCount.objects.get_or_create(
        purpose=purpose, address=seal("asker", address), window=window
    )
    if is_new:
        AskedCount.objects.filter(window__lt=window - KEPT).delete()
    below = AskedCount.objects.filter(pk=row.pk, count__lt=LIMITS[purpose])
    return below.update(count=F("count") + 1) == 1


def _window(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())
