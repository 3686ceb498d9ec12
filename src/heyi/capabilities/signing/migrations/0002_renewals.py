import django.db.models.deletion
from django.db import migrations, models

import heyi.plumbing.ids
from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [
        migrations.AddField("ceremony", "proof_until", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "ceremony",
            models.Index(fields=["proof_until"], condition=models.Q(state="sealed"), name="signing_to_renew"),
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heyi.plumbing.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("object_id", models.UUIDField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("proof_until", models.DateTimeField()),
                (
                    "ceremony",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="signing.ceremony"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        AppendOnly("signing_renewal"),
    ]
