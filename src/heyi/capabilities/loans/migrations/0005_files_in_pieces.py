from django.db import migrations, models


def into_pieces(apps, schema_editor):
    """What was one object becomes a file of one piece."""
    for row in apps.get_model("loans", "StagedFile").objects.only("object_id", "errors_id"):
        row.pieces = [str(row.object_id)]
        row.error_pieces = [str(row.errors_id)] if row.errors_id else []
        row.save(update_fields=["pieces", "error_pieces"])


class Migration(migrations.Migration):

    dependencies = [
        ('loans', '0004_worker_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagedfile',
            name='pieces',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='stagedfile',
            name='error_pieces',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(into_pieces, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='stagedfile',
            name='object_id',
        ),
        migrations.RemoveField(
            model_name='stagedfile',
            name='errors_id',
        ),
    ]
