"""The logs become Merkle trees. Entries that were chained before are numbered anew by the worker, under new heads."""

from typing import Any

from django.db import migrations, models


def number_anew(apps: Any, schema_editor: Any) -> None:
    apps.get_model("core", "LogEntry").objects.exclude(number=None).update(number=None, hash="")
    apps.get_model("core", "LogHead").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='logentry',
            name='previous_hash',
        ),
        migrations.AddField(
            model_name='logentry',
            name='subtrees',
            field=models.BinaryField(default=b''),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(condition=models.Q(('number__isnull', False)), fields=['hash'], name='log_by_leaf'),
        ),
        migrations.RunPython(number_anew, migrations.RunPython.noop),
    ]
