"""The application as pages of one question each: which fields stand on a page, and how it asks.

What a field is and what makes it usable says ``negotiation.domain.FORM``; here are only order and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Ask:
    """One field on a page: its label and hint. ``unit`` stands behind the input."""

    field: str
    label: Words
    hint: Words = ""
    unit: Words = ""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page. ``step`` is the step of the form that it saves; ``part`` is the chapter shown above the bar."""

    slug: str
    step: str
    part: Words
    title: Words
    asks: tuple[Ask, ...]
    hint: Words = ""
    why: Words = ""
    skippable: bool = False


WHO, WANTS, MONEY, LAST = _("您是谁"), _("您的想法"), _("您的收支"), _("最后一步")

PAGES: Final[tuple[QuestionPage, ...]] = (
    QuestionPage(
        slug="name",
        step="who",
        part=WHO,
        title=_("先核对一下您本人"),
        hint=_("只用来和银行记录核对，确认是您本人在申请。"),
        asks=(
            Ask("name", _("姓名或企业名称")),
            Ask("id_number", _("身份证号或统一社会信用代码"), _("末位是 X 也照样填。")),
            Ask("acting_as", _("您以什么身份申请")),
        ),
        why=_("有人会冒充借款人来谈条件。核对本人，是为了不让别人替您签字。"),
    ),
    QuestionPage(
        slug="reach",
        step="contact",
        part=WHO,
        title=_("怎么联系您最方便？"),
        hint=_("我们只在您选的时间、用您选的方式联系您本人，不会打给您的家人和单位。"),
        asks=(
            Ask("mobile", _("手机号")),
            Ask("email", _("电子邮箱（不填也可以）"), _("签好的协议会同时发一份到这里。")),
            Ask("channel", _("更愿意用哪种方式")),
            Ask("reach_from", _("从几点开始可以联系")),
            Ask("reach_until", _("到几点为止")),
        ),
    ),
    QuestionPage(
        slug="wish",
        step="wanted",
        part=WANTS,
        title=_("您希望怎么还？"),
        hint=_("可以选几样。这只是商量的开头，不算承诺。"),
        asks=(Ask("wishes", _("您的想法")),),
    ),
    QuestionPage(
        slug="wish-figures",
        step="wanted",
        part=WANTS,
        title=_("心里有个数吗？"),
        hint=_("说个大概就行，没想好可以空着。"),
        asks=(
            Ask("monthly", _("每个月还多少比较合适"), unit=_("元")),
            Ask("first_due_on", _("哪天开始还")),
            Ask("periods", _("分多少个月"), unit=_("个月")),
            Ask("lump_sum", _("如果一次还清，能拿出多少"), unit=_("元")),
            Ask("words", _("还有想说的")),
        ),
        skippable=True,
    ),
    QuestionPage(
        slug="happened",
        step="happened",
        part=WANTS,
        title=_("最近遇到了什么事？"),
        hint=_("谁都可能遇到难处。说清楚了，银行才好帮您想办法。"),
        asks=(
            Ask("reasons", _("遇到的事")),
            Ask("since", _("大概从什么时候开始")),
            Ask("words", _("多说几句也可以"), _("这里请不要写病情，下一题会单独问。")),
        ),
    ),
    QuestionPage(
        slug="private",
        step="happened",
        part=WANTS,
        title=_("健康和家里的事，您自己决定说不说"),
        hint=_("不说也能继续商量。您同意了我们才看，只有办您这件事的人能看到，随时可以收回。"),
        asks=(Ask("sensitive_consent", ""), Ask("sensitive_words", _("想让银行知道的情况"))),
        why=_("健康和家庭情况属于敏感个人信息，要单独征得您的同意（《个人信息保护法》第 28、29 条）。"),
        skippable=True,
    ),
    QuestionPage(
        slug="income",
        step="income",
        part=MONEY,
        title=_("现在每个月，您到手的收入大约是多少？"),
        hint=_("工资、做零工、补贴都算。说个大概就行，现在不用交证明。"),
        asks=(
            Ask("band", _("选一个范围")),
            Ask("monthly", _("知道准数的话写在这里"), unit=_("元")),
            Ask("other_monthly", _("家里其他人能一起分担多少"), _("没有就空着。"), _("元")),
        ),
        why=_(
            "我们要先留出您的生活费，再看剩下多少能还款。填得不准没关系，以后可以改；故意填假的，方案可能要重新商量。"
        ),
    ),
    QuestionPage(
        slug="living",
        step="living",
        part=MONEY,
        title=_("每个月必要的生活费是多少？"),
        hint=_("吃饭、住房、水电、看病、上学、坐车，加起来大约多少。"),
        asks=(
            Ask("costs_monthly", _("生活费一共"), unit=_("元")),
            Ask("housing_monthly", _("其中房租或房贷"), _("没有就空着。"), _("元")),
            Ask("dependants", _("要养几口人"), _("孩子、老人，不算您自己。"), _("人")),
        ),
    ),
    QuestionPage(
        slug="debts",
        step="debts",
        part=MONEY,
        title=_("别处每个月还要还多少？"),
        hint=_("其他银行、平台、亲友的借款。没有就直接继续。"),
        asks=(
            Ask("other_debts_monthly", _("每个月一共要还"), unit=_("元")),
            Ask("other_debts_count", _("一共几笔"), unit=_("笔")),
        ),
        skippable=True,
    ),
)
BY_SLUG: Final = {page.slug: page for page in PAGES}
SENSITIVE: Final = "private"
COUNT: Final = len(PAGES) + 2
"""All pages with the proofs and the check of answers, for «3 of 11»."""


def neighbour(slug: str, offset: int, *, with_private: bool) -> QuestionPage | None:
    """The page before (-1) or after (+1), leaving out the private one where no reason touches health or family."""
    row = [page for page in PAGES if with_private or page.slug != SENSITIVE]
    at = next((place for place, page in enumerate(row) if page.slug == slug), None)
    wanted = None if at is None else at + offset
    return row[wanted] if wanted is not None and 0 <= wanted < len(row) else None
