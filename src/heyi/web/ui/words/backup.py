"""Words about backups."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "backup.damaged": (_("这不是完整的备份文件，或者被改过。"), _("请换另一份备份。")),
}
