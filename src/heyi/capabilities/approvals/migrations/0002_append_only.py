from django.db import migrations

from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [("approvals", "0001_initial")]

    operations = [
        AppendOnly("approvals_request"),
        AppendOnly("approvals_vote"),
        AppendOnly("approvals_condition"),
        AppendOnly("approvals_confirmation"),
        AppendOnly("approvals_ending"),
        AppendOnly("approvals_lapse"),
    ]
