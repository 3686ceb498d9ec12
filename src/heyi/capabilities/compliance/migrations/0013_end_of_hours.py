from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("compliance", "0012_script_changes")]

    operations = [migrations.AddField("agreedhours", "end_evidence", models.CharField(blank=True, max_length=120))]
