from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("negotiation", "0007_votes_to_the_approvals_room")]

    operations = [
        migrations.RemoveField("offer", "submitted_by"),
        migrations.DeleteModel("Approval"),
    ]
