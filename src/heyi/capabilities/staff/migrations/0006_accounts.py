import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import heyi.plumbing.ids
from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_impostors")]

    operations = [
        migrations.AddField("user", "password_given_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("apiclient", "revoke_reason", models.CharField(blank=True, default="", max_length=200), False),
        migrations.CreateModel(
            name="AccountAct",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heyi.plumbing.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("act", models.CharField(max_length=30)),
                ("done_by", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=200)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        AppendOnly("staff_accountact"),
    ]
