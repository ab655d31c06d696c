"""The editors' synonyms; an installation begins with the usual ones of the field."""

import secrets

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from search import synonyms


def begin(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    group = apps.get_model("search", "SynonymGroup")
    group.objects.bulk_create(
        group(words=words, is_active=True, stamp=secrets.randbelow(2**31 - 1)) for words in synonyms.usual()
    )


class Migration(migrations.Migration):
    dependencies = [("search", "0003_signals")]
    operations = [
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(help_text="每行一个词，至少两个；搜索其中任何一个，都会找到其余各词。保存后立即生效。", verbose_name="同义词")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("stamp", models.PositiveIntegerField(default=0, editable=False, help_text="another with each change")),
            ],
            options={"verbose_name": "搜索同义词", "verbose_name_plural": "搜索同义词", "ordering": ["pk"]},
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
