from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("negotiation", "0005_exports")]

    operations = [
        migrations.AddField("offer", "approval_id", models.UUIDField(blank=True, null=True)),
        migrations.AddField("offer", "held_back", models.CharField(blank=True, max_length=60)),
    ]
