"""The console as an app: its lines of the menu."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "heyi.web.console"
    label = "console"

    def ready(self) -> None:
        """The menu, in its order. Who sees a line follows from its view."""
        from heyi.web.console import counts
        from heyi.web.ui.menu import Entry, add

        add(Entry("work", "console:home", "home", _("工作台"), counts.queue))
        add(Entry("work", "console:approvals", "check", _("待我审批"), counts.to_approve))
        add(Entry("work", "console:talks", "message", _("会话"), counts.talks, hot=True))
        add(Entry("business", "console:cases", "hand", _("协商案件")))
        add(Entry("business", "console:contracts", "file", _("借款合同")))
        add(Entry("business", "console:payments", "money", _("待认领还款")))
        add(Entry("business", "console:imports", "upload", _("导入")))
        add(Entry("law", "console:clocks", "clock", _("期限"), counts.pressing_clocks, hot=True))
        add(Entry("law", "console:agencies", "people", _("外包机构")))
        add(Entry("law", "console:holds", "stop", _("暂停联系")))
        add(Entry("law", "console:dry_runs", "chart", _("试算")))
        add(Entry("law", "console:votes", "check", _("审批"), counts.votes))
        add(Entry("law", "console:training", "pen", _("培训"), counts.training, hot=True))
        add(Entry("law", "console:rules", "shield", _("规则包")))
        add(Entry("law", "console:wording", "message", _("用语")))
        add(Entry("law", "console:impostors", "warn", _("冒名举报")))
        add(Entry("law", "console:refusals", "block", _("被拦下的联系")))
        add(Entry("control", "console:figures", "chart", _("指标")))
        add(Entry("control", "console:people", "people", _("人员与授权")))
        add(Entry("control", "console:audit", "shield", _("审计日志")))
