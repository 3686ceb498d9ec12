"""The verdict about a document as the verify page tells it: one sentence, then each thing that was looked at."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from heyi.capabilities.signing.domain import PdfVerdict, SignatureFinding
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import full_moment

Finding = dict[str, str]


def findings(verdict: PdfVerdict, *, on_file: bool) -> dict[str, Any]:
    """Values for ``portal/verify.html``: ``verdict_kind``, ``title``, ``text``, ``checks``, ``digest``."""
    kind = "ok" if verdict.genuine else "stop"
    return {
        "verdict_kind": kind,
        "title": _("是原件，没改过") if verdict.genuine else _("不能确认这是原件"),
        "text": _sentence(verdict),
        "checks": [_whole(verdict), *[_signature(finding) for finding in verdict.signatures], *_kept(verdict, on_file)],
        "digest": verdict.sha256,
    }


def _sentence(verdict: PdfVerdict) -> str:
    """The verdict in one sentence, or every reason against it."""
    if not verdict.genuine:
        return " ".join(words.word("signing.pdf_reason", reason) for reason in verdict.reasons)
    times = [finding.when for finding in verdict.signatures if finding.timestamped and finding.when]
    if not times:
        return _("签名以后，文件没有变过。")
    return _("从 %(when)s 到现在，文件没有变过。") % {"when": full_moment(max(times))}


def _whole(verdict: PdfVerdict) -> Finding:
    if verdict.changed_since:
        return _found("stop", _("签名以后，文件被加过或改过内容"), _("请以签署当天收到的那一份为准。"))
    if not verdict.signatures:
        return _found("stop", _("文件里没有电子签名"), _("截图、复印件和转存的文件都查不了，请用当时收到的 PDF。"))
    if not verdict.intact:
        return _found("stop", _("内容和签名对不上"), _("签名以后，有人改过文件。"))
    return _found("ok", _("内容和签名相合"), _("一个字节都没有变。"))


def _kept(verdict: PdfVerdict, on_file: bool) -> list[Finding]:
    """Whether the bank keeps exactly these bytes; of interest only for a file that is sound in itself."""
    if not verdict.genuine:
        return []
    if on_file:
        return [_found("ok", _("和本行存档的那一份完全相同"), _("银行手里也是这一份。"))]
    return [
        _found(
            "warn", _("本行存档里没有一模一样的文件"), _("可能是另一种语言的副本，或由别的机构签发。可以打热线问一声。")
        )
    ]


def _signature(finding: SignatureFinding) -> Finding:
    name = words.word("signing.signature_role", finding.role) + " · " + finding.who
    if not finding.intact:
        return _found("stop", name, _("这个签名已经失效：文件被改过。"))
    if not finding.trusted:
        return _found("stop", name, _("签发这份证书的机构不在本行认可的名单里。"))
    when = full_moment(finding.when)
    if not finding.timestamped and finding.role != "timestamp":
        return _found("warn", name, _("%(when)s，时间来自签名人自己的时钟") % {"when": when})
    return _found("ok", name, _("%(when)s，第三方可信时间") % {"when": when})


def _found(kind: str, name: str, why: str) -> Finding:
    return {"kind": kind, "name": name, "why": why}
