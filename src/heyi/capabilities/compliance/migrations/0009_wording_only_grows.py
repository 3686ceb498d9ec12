from django.db import migrations

from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [("compliance", "0008_wording")]

    operations = [
        AppendOnly("compliance_wording_review"),
        AppendOnly("compliance_wording_decision"),
    ]
