from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.AddField(
            "subjectkey", "wrapped_by", models.CharField(blank=True, default="", max_length=16), preserve_default=False
        ),
    ]
