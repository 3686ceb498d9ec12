from django.db import migrations

from heyi.plumbing.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [("compliance", "0005_exams")]

    operations = [
        AppendOnly("compliance_exam_sitting"),
        AppendOnly("compliance_exam_result"),
    ]
