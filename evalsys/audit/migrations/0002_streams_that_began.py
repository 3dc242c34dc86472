"""The streams of a database that is older than the stream ``journal`` are entered into it."""

from django.db import migrations

from evalsys.audit.journal import BEGUN, ROOT, record


def enter_streams(apps, schema_editor):
    names = list(apps.get_model("audit", "JournalStream").objects.values_list("name", flat=True))
    for name in names:
        record(ROOT, BEGUN, actor=None, name=name)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_journal")]

    operations = [migrations.RunPython(enter_streams, migrations.RunPython.noop)]
