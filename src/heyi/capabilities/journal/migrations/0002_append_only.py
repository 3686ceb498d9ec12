from django.db import migrations

from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [("journal", "0001_initial")]

    operations = [
        AppendOnly("journal_entry"),
        AppendOnly("journal_leaf"),
        AppendOnly("journal_node"),
        AppendOnly("journal_checkpoint"),
    ]
