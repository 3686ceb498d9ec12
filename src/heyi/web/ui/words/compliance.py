"""Words about rules and holds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "hold": {
        "agreement_active": _("协议履行中"),
        "dispute": _("账目有异议"),
        "complaint": _("投诉处理中"),
        "no_contact": _("本人要求不联系"),
        "police_no_contact": _("公安机关责令不得联系"),
        "moratorium": _("债务宽限期"),
        "deceased": _("已去世"),
        "incapacity": _("无民事行为能力"),
        "bankruptcy": _("破产程序中"),
        "vulnerability": _("需要特别照顾"),
        "agency_not_announced": _("没有告知委托了机构"),
        "certificate_expired": _("上岗证书过期"),
    },
    "severity": {
        "hard": _("法律要求"),
        "adopted": _("本行采用的标准"),
        "policy": _("本行规定"),
        "advice": _("建议"),
    },
}

PROBLEMS = {
    "compliance.exam_not_found": (_("找不到这份试卷。"), _("请从「培训」页面打开自己的考试。")),
    "compliance.exam_over": (_("这份试卷已经交过，或者时间已到。"), _("可以重新开始一次考试。")),
    "compliance.no_exam": (_("这个证书没有适合您的考试。"), _("请问合规同事怎样取得。")),
    "compliance.bad_pack": (
        _("合规规则文件读不懂，整套规则停用。"),
        _("请管理员按提示改好文件。改好之前不会发出任何联系。"),
    ),
    "compliance.not_stricter": (
        _("本行的规则只能比法规更严，这一处却放宽了，或者无法比较。"),
        _("请改得更严，或者把这一处去掉，再提交。"),
    ),
    "compliance.pack_missing": (_("没有可用的合规规则，所以现在不能联系。"), _("请管理员安装规则包。")),
    "compliance.hold_end_unfit": (
        _("这种暂停的结束时间不对：有的要写，有的不能写，也不能早于现在。"),
        _("请按提示改好结束时间。"),
    ),
    "compliance.hold_already_lifted": (_("这项暂停已经有人解除了。"), _("请看最新的情况。")),
    "compliance.hold_kind_unknown": (_("没有这种暂停。"), _("请从列表里选一种。")),
    "compliance.hold_not_allowed": (_("您不能设置或解除这种暂停。"), _("请找合规同事办理。")),
    "compliance.hold_not_found": (_("找不到这项暂停。"), _("请重新打开这位借款人的页面。")),
    "compliance.calendar_unknown": (
        _("这一年的放假安排还没有公布或录入，说不准这天上不上班。"),
        _("请合规同事录入当年的通知。在那之前，依赖它的事情先不办。"),
    ),
    "compliance.clock_ended": (_("这个期限已经结束，或这件事已经撤回。"), _("请看最新的情况。")),
    "compliance.clock_not_allowed": (_("您不能改动这个期限。"), _("请找主管或合规同事。")),
    "compliance.clock_not_found": (_("找不到这个期限，或它不在您的机构。"), _("请回到期限列表再看。")),
    "compliance.clock_unclear": (_("这件事还记不下来。"), _("请按提示改好再提交。")),
    "compliance.no_more_extension": (_("按规定不能再延长了，或者还缺批准。"), _("请按期办完，或先取得批准。")),
    "compliance.day_unusable": (_("生效日只能选今天到 90 天之内。"), _("请重新选一个日子。")),
    "compliance.law_loosened": (
        _("这处修改放宽了法定规则，而依据没有变。"),
        _("请保留原规则；如果法律已经修改，请连同依据和日期一起改。"),
    ),
    "compliance.nothing_changes": (_("修改后的内容和现行规则一样。"), _("请改动后再提交。")),
    "compliance.pack_not_allowed": (_("您不能提议修改规则。"), _("请找合规同事或主管提出。")),
    "compliance.pack_not_trusted": (
        _("规则包没有应有的签名，或者内容被改动过，现在不能联系任何人。"),
        _("请管理员核对备份，或者由委员会重新签名。"),
    ),
    "compliance.proposal_ended": (_("这项提议已经结束。"), _("需要的话，请重新提出。")),
    "compliance.proposal_not_found": (_("找不到这项提议。"), _("请回到提议列表查看。")),
    "compliance.signature_unknown": (
        _("签名和内容对不上，或者不是本行委员会的密钥。"),
        _("请用本行登记的密钥重新签名。"),
    ),
    "compliance.version_unknown": (_("这里没有保存过这个版本的规则包。"), _("请到规则包列表里查版本号。")),
    "compliance.reason_missing": (_("还缺一个理由。"), _("请用一两句话写明原因，再提交。")),
    "compliance.window_unusable": (_("约定时段的开始和结束不能一样。"), _("请重新选一个时段。")),
}
