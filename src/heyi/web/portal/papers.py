"""Papers that a borrower hands in: one form, used wherever proofs are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.web.portal.questions import in_english, labels
from heyi.web.ui.forms import PAPERS, FilesField, Form

LETTERS_MOST: Final = 500
UNSAFE: Final[Mapping[str, Any]] = {
    "too_large": _("这个文件太大了，页数或像素太多。请拍得小一点，或者分成几份。"),
    "wrong_type": _("只能收照片（JPG、PNG）或 PDF。请换一个文件。"),
    "damaged": _("这个文件打不开，可能没有传完整。请重新拍一张或重新选。"),
    "active_content": _("这个 PDF 里带有可以运行的内容，为了安全不能收。请打印成普通 PDF 或拍照再传。"),
    "encrypted": _("这个 PDF 加了密码，我们打不开。请去掉密码，或者拍照再传。"),
    "empty": _("这个文件是空的，请重新选。"),
}


class ProofForm(Form):
    """Papers, as many as one likes, later or now. Each is checked by what it really is."""

    kind = forms.ChoiceField(
        label=_("这是什么材料"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一下这是什么材料。")},
    )
    file = FilesField(
        label=_("照片或 PDF"),
        help_text=_("手机拍清楚就行，照片里的位置信息我们会去掉再给人看。"),
        most=1,
        accept=PAPERS,
        error_messages={"required": _("请选一个文件。")},
    )


def proof_form(request: HttpRequest) -> ProofForm:
    """The form with the kinds of papers that the bank's policy knows."""
    sent = request.method == "POST"
    form = ProofForm(request.POST if sent else None, request.FILES if sent else None)
    form.fields["kind"].choices = labels(negotiation.rules().proof_kinds)  # type: ignore[attr-defined]
    return form


def hand_in(form: ProofForm, case_id: UUID, actor: Actor, at: datetime) -> bool:
    """Keep the paper. False when it could not be used; the form then says why beside the field."""
    if not form.is_valid():
        return False
    (upload,), kind = form.cleaned_data["file"], form.cleaned_data["kind"]
    try:
        negotiation.attach_proof(
            case_id=case_id, kind=kind, data=upload.read(), file_name=upload.name, actor=actor, at=at
        )
    except vault.UnsafeFile as refusal:
        form.add_error("file", unsafe_words(refusal))
    except negotiation.TooManyProofs as refusal:
        form.add_error(None, _("材料已经有 %(limit)s 份，放不下了。请先拿回不需要的，再传新的。") % refusal.facts)
    return form.is_valid()


def unsafe_words(refusal: vault.UnsafeFile) -> Any:
    """Why a file was not taken, in words."""
    return UNSAFE.get(refusal.facts["reason"], UNSAFE["damaged"])


def shown_proofs(proofs: Iterable[negotiation.ProofView]) -> list[dict[str, Any]]:
    """Proofs with their kind in words."""
    kinds = dict(labels(negotiation.rules().proof_kinds))
    return [{"proof": proof, "kind": kinds.get(proof.kind, proof.kind)} for proof in proofs]


def letters(case_id: UUID, template: str = "") -> list[dict[str, Any]]:
    """Letters of the bank about this case that are made, newest first; each is read by its object."""
    return [
        {"title": line.title_en if in_english() else line.title_zh, "at": line.at, "object_id": line.stored_object_id}
        for line in contact.ledger(case_id=case_id, limit=LETTERS_MOST)
        if line.stored_object_id and line.channel == "letter" and template in ("", line.template)
    ]
