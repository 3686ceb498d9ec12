"""The short forms of a case page. Each is made from the opened case, because its choices depend on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.web.console.case.opened import Opened, labels
from heyi.web.console.compliance.kinds import placeable
from heyi.web.ui import words
from heyi.web.ui.forms import PAPERS, DayInput, FilesField, Form, dress

TEXT_MOST = 2000


def text_area(label: Any, *, required: bool = True, rows: int = 2, hint: Any = "", most: int = TEXT_MOST) -> Any:
    """A field for a few sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": str(rows)}),
    )


class CaseForm(Form):
    """A form about one case. ``refusal`` is what the door answered: (what happened, what to do next)."""

    def __init__(self, page: Opened, data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, auto_id=f"{type(self).__name__.lower()}_%s", **more)
        self.page = page
        self.refusal: tuple[str, str] | None = None
        self.wording: Any = None
        self.fill(page)
        for field in self.fields.values():
            dress(field)

    def fill(self, page: Opened) -> None:
        """Set choices and first values that depend on the case."""

    def choose(self, name: str, choices: Any) -> None:
        """Give a choice field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def in_use(self) -> bool:
        """True when it comes back with something to mend: its fold stays open."""
        return self.is_bound and bool(self.errors or self.refusal)


class Nothing(CaseForm):
    """An act that needs no word."""


class Accept(CaseForm):
    words = text_area(_("对借款人说的话"), required=False, hint=_("借款人会看到；可以不写。"))


class RequestMore(CaseForm):
    reasons = forms.MultipleChoiceField(label=_("还差什么"), widget=forms.CheckboxSelectMultiple)
    words = text_area(_("对借款人说的话"), hint=_("说清楚差什么、怎么补。"))

    def fill(self, page: Opened) -> None:
        self.choose("reasons", labels(page.rules.more_items))


class Refuse(CaseForm):
    reasons = forms.MultipleChoiceField(label=_("原因"), widget=forms.CheckboxSelectMultiple)
    words = text_area(_("对借款人说的话"), hint=_("先说事实，再说能怎么办。借款人可以申诉。"))

    def fill(self, page: Opened) -> None:
        self.choose("reasons", labels(page.rules.review_reasons))


class SecondReview(CaseForm):
    confirm = forms.ChoiceField(label=_("您的意见"), widget=forms.RadioSelect)
    words = text_area(_("说明"), required=False, hint=_("退回时请写明哪里要再看。"))

    def fill(self, page: Opened) -> None:
        self.choose("confirm", [("yes", _("同意第一位同事的决定")), ("no", _("退回再审"))])


class DecideAppeal(CaseForm):
    overturn = forms.ChoiceField(label=_("申诉的结果"), widget=forms.RadioSelect)
    reasons = forms.MultipleChoiceField(label=_("原因（维持时）"), widget=forms.CheckboxSelectMultiple, required=False)
    words = text_area(_("对借款人说的话"))

    def fill(self, page: Opened) -> None:
        self.choose("overturn", [("yes", _("改为通过，开始商量")), ("no", _("维持原来的决定，结束这件事"))])
        self.choose("reasons", labels(page.rules.review_reasons))


class Sensitive(CaseForm):
    purpose = forms.ChoiceField(label=_("用途"))

    def fill(self, page: Opened) -> None:
        self.choose("purpose", words.choices("console.sensitive_purpose"))


class Say(CaseForm):
    """A message or a note."""

    body = text_area(_("消息"), required=False, rows=3)
    file = FilesField(label=_("附文件"), most=negotiation.FILES_MAX, accept=PAPERS, required=False)
    canned = forms.CharField(required=False, widget=forms.HiddenInput)
    internal = forms.CharField(required=False)


class LogPhone(CaseForm):
    """A call that came in; whoever calls out takes a number first."""

    outcome = forms.ChoiceField(label=_("结果"))
    minutes = forms.IntegerField(label=_("几分钟"), min_value=0, max_value=600, required=False)
    effective = forms.BooleanField(label=_("已核对是本人"), required=False)
    words = text_area(_("说了什么"), required=False, hint=_("只有行里看得到。"))

    def fill(self, page: Opened) -> None:
        self.choose("outcome", words.choices("console.incoming_call"))


class Dial(CaseForm):
    """Whom to call and what for. ``who`` is a party of the contract; empty is the borrower."""

    who = forms.ChoiceField(label=_("打给谁"), required=False, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=_("为什么打"), help_text=_("打给联系人只能请他转告，按固定的话说。"))
    recorded = forms.BooleanField(label=_("录音已经打开"), required=False)

    def fill(self, page: Opened) -> None:
        self.choose("who", callees(page))
        self.choose("purpose", [(one, words.word("contact.purpose", one)) for one in call_purposes(page)])


class CallResult(CaseForm):
    """What became of a call."""

    outcome = forms.ChoiceField(label=_("结果"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(label=_("几分钟"), min_value=0, max_value=600, required=False)
    effective = forms.BooleanField(label=_("已核对是本人"), required=False)
    opted_out = forms.BooleanField(label=_("对方要求以后不要再打"), required=False)
    words = text_area(_("说了什么"), required=False, hint=_("只有行里看得到。"))

    def __init__(self, page: Opened, data: Any = None, *, third: bool = False) -> None:
        super().__init__(page, data)
        del self.fields["effective" if third else "opted_out"]

    def fill(self, page: Opened) -> None:
        self.choose("outcome", words.choices("console.call_result"))


class Assign(CaseForm):
    role = forms.ChoiceField(label=_("岗位"))
    member = forms.ChoiceField(label=_("同事"), required=False)

    def fill(self, page: Opened) -> None:
        self.choose("role", [(role, words.word("staff.role", role)) for role in ("manager", "reviewer")])
        self.choose("member", [("", _("按工作量自动分派")), *colleagues(page, "manager", "reviewer", "lead")])


class Reassign(CaseForm):
    member = forms.ChoiceField(label=_("换给"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def fill(self, page: Opened) -> None:
        self.choose("member", colleagues(page, "manager", "lead"))


class HandOver(CaseForm):
    member = forms.ChoiceField(label=_("交给"))
    note = text_area(_("交接说明"), hint=_("谈到哪里、答应过什么。"))

    def fill(self, page: Opened) -> None:
        self.choose("member", colleagues(page, "manager", "lead"))


class Submit(CaseForm):
    reason = text_area(_("为什么要这样"), required=False, hint=_("给审批人看。"))


class Vote(CaseForm):
    """One's word on the version that the page showed: the request is named, so that no other one is answered."""

    approval = forms.UUIDField(widget=forms.HiddenInput)


class Approve(Vote):
    reason = text_area(_("为什么同意"), hint=_("提交以后不能更改，会记入日志。"))
    conditions = text_area(
        _("附加条件（一行一条，可以不填）"), required=False, hint=_("写了条件，要等每一条都有人确认，方案才会发出去。")
    )


class Reject(Vote):
    reason = text_area(_("哪里要改"))


class DeclineCounter(CaseForm):
    reason = forms.ChoiceField(label=_("原因"))
    words = text_area(_("对借款人说的话"))

    def fill(self, page: Opened) -> None:
        self.choose("reason", labels(page.rules.decline_reasons))


class RefuseSigning(CaseForm):
    reason = text_area(_("原因"), required=False)


class AnswerProblem(CaseForm):
    problem = forms.UUIDField(widget=forms.HiddenInput)
    words = text_area(_("答复"), hint=_("会作为消息发给借款人。"))
    outcome = forms.ChoiceField(label=_("处理结果"))

    def fill(self, page: Opened) -> None:
        self.choose("outcome", words.choices("console.problem_outcome"))


class RequestChange(CaseForm):
    reason = forms.ChoiceField(label=_("原因"))
    words = text_area(_("说明"), required=False)

    def fill(self, page: Opened) -> None:
        self.choose("reason", labels(page.rules.reasons))


class Close(CaseForm):
    reason = forms.ChoiceField(label=_("结束的原因"))

    def fill(self, page: Opened) -> None:
        self.choose("reason", labels(page.rules.decline_reasons))


class PlaceHold(CaseForm):
    kind = forms.ChoiceField(label=_("为什么暂停"))
    until = forms.DateField(
        label=_("到哪一天为止"),
        required=False,
        widget=DayInput(),
        help_text=_("宽限期要写；不写就一直有效，直到有人解除。"),
    )
    reason = text_area(_("事实"), hint=_("谁说的、什么时候、怎么知道的。"))

    def fill(self, page: Opened) -> None:
        self.choose("kind", placeable(page.actor, page.case.party_id))


class AgreeHours(CaseForm):
    """Hours that the borrower asked for, changed on their word; where that word can be seen or heard."""

    start = forms.TimeField(label=_("从几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label=_("到几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    evidence = forms.CharField(
        label=_("凭据"), max_length=120, help_text=_("借款人在哪里说的：留言、电话录音编号、书面申请。不写就不能改。")
    )

    def fill(self, page: Opened) -> None:
        now = compliance.agreed_window(party_id=page.case.party_id)
        if now is not None:
            self.initial = {**self.initial, "start": now.start, "end": now.end}


class Permit(CaseForm):
    """A consent that the borrower gave, or a notice that they were given, with its proof."""

    what = forms.ChoiceField(label=_("什么"))
    given = forms.DateField(label=_("哪一天"), widget=DayInput())
    until = forms.DateField(
        label=_("到哪一天为止"),
        widget=DayInput(),
        help_text=_("最长一年；对方随时可以收回。"),
    )
    evidence = forms.CharField(
        label=_("凭据"), max_length=200, help_text=_("在哪里看得到、听得到：留言、录音编号、回执。加密保存。")
    )

    def fill(self, page: Opened) -> None:
        kinds = compliance.permission_choices(at=page.at)
        self.choose("what", [(f"{sort}:{about}", permission_name(sort, about)) for sort, about in kinds])


def permission_name(sort: str, about: str) -> str:
    """«对方同意：上门»."""
    return f"{words.word('contact.permission_sort', sort)} · {words.word('contact.permission_about', about)}"


class EndPermit(CaseForm):
    permission = forms.UUIDField(widget=forms.HiddenInput)


class Arrived(CaseForm):
    """A letter reached its reader, as the post's receipt says."""

    message = forms.UUIDField(widget=forms.HiddenInput)


class EndHours(CaseForm):
    """The hours end on the borrower's word; where that word can be seen or heard."""

    evidence = forms.CharField(
        label=_("凭据"), max_length=120, help_text=_("借款人在哪里说的：留言、电话录音编号、书面申请。不写就不能取消。")
    )


class LiftHold(CaseForm):
    hold = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_area(_("为什么解除"))


class Reveal(CaseForm):
    field = forms.ChoiceField(label=_("内容"))
    purpose = forms.ChoiceField(label=_("用途"))

    def fill(self, page: Opened) -> None:
        self.choose("field", words.choices("loans.reveal_field"))
        self.choose("purpose", words.choices("loans.reveal_purpose"))


class ReadPaper(CaseForm):
    purpose = forms.ChoiceField(label=_("用途"))

    def fill(self, page: Opened) -> None:
        self.choose("purpose", words.choices("console.paper_purpose"))


def callees(page: Opened) -> list[tuple[str, str]]:
    """The borrower, then everybody tied to the contract, each with the number masked."""
    borrower = loans.party(party_id=page.case.party_id, actor=page.actor)
    found = [("", f"{_('借款人')} {borrower.name_masked} {borrower.mobile_masked}")]
    for link in loans.contract(contract_id=page.case.contract.id, actor=page.actor).links:
        if link.mobile_masked:
            kind = words.word("loans.link", link.kind)
            found.append((str(link.party_id), f"{kind} {link.name_masked} {link.mobile_masked}"))
    return found


def call_purposes(page: Opened) -> list[str]:
    """Why a colleague may call; «service» answers only what the borrower asked for, or asks somebody to pass on."""
    found = ["negotiation", "reminder", "collection"]
    links = loans.contract(contract_id=page.case.contract.id, actor=page.actor).links
    if page.case.call_wish or any(link.kind == "contact_person" for link in links):
        found.append("service")
    return found


def colleagues(page: Opened, *roles: str) -> list[tuple[str, str]]:
    """Colleagues of the case's branch with one of these roles: id and «name · staff number»."""
    found = staff.holders(branch=page.case.branch, roles=roles, at=page.at)
    return [(str(member), f"{name} · {number}") for member, name, number in found]
