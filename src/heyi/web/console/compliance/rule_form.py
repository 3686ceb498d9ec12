"""A rule's figures as fields that a compliance officer can fill in: numbers, times, ticks. Never YAML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import RECIPIENTS, Rule
from heyi.plumbing import clock
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form, dress

PERSONS: Final = ("allowed", "may_know", "recipients")
MOST: Final = 1000
FILES_MOST: Final = 10
BYTES_MOST: Final = 1_000_000
FOLDERS: Final = (
    ("rules", gettext_lazy("规则")),
    ("cases", gettext_lazy("案例")),
    ("checklists", gettext_lazy("清单")),
    ("calendar", gettext_lazy("放假安排")),
    ("overlay", gettext_lazy("本行从严的规则")),
    ("overlay_cases", gettext_lazy("本行从严规则的案例")),
)


class AskForm(Form):
    """What the committee has to know, and from which day."""

    reason = forms.CharField(
        label=gettext_lazy("为什么改，依据是什么"), max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    effect = forms.CharField(
        label=gettext_lazy("对借款人有什么影响"), max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    holds_from = forms.DateField(
        label=gettext_lazy("从哪一天起生效"),
        widget=DayInput(),
        help_text=gettext_lazy("当天零点起生效；最晚 90 天之内。表决晚于这一天，就从通过时起生效。"),
        initial=clock.today,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Whoever only looks at the differences need not have given reasons yet."""
        super().__init__(*args, **kwargs)
        if self.is_bound and "look" in self.data:
            self.fields["reason"].required = self.fields["effect"].required = False


class UploadForm(AskForm):
    """Changed files of one pack."""

    pack = forms.ChoiceField(label=gettext_lazy("规则包"))
    folder = forms.ChoiceField(label=gettext_lazy("放在哪里"), choices=FOLDERS)
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("YAML 文件，同名文件会被替换。最大 1 MB。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml"}),
    )
    field_order = ("pack", "folder", "file", "reason", "effect", "holds_from")

    def __init__(self, *args: Any, packs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = packs  # type: ignore[attr-defined]

    def texts(self) -> dict[str, str]:
        """Path inside of the pack → words of the file."""
        sent = self.cleaned_data["file"]
        return {f"{self.cleaned_data['folder']}/{sent.name}": self.cleaned_data["words"]}

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > BYTES_MOST:
            raise forms.ValidationError(_("文件超过 1 MB，请拆成几个。"), code="too_large")
        try:
            self.cleaned_data["words"] = sent.read().decode("utf-8")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文件不是 UTF-8 文字，请另存后再传。"), code="encoding") from None
        return sent


class RuleForm(AskForm):
    """One rule's own figures, with those of now filled in."""

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(*args, **kwargs)
        own = dict(_fields(rule.parameters))
        if rule.severity == "adopted":
            own["unadopt"] = forms.BooleanField(
                label=_("不再采用这条标准（改为只作提醒）"), required=False,
                help_text=_("勾选后上面的数字不再起作用。标准的数字不能放宽，只能不采用，再另立本行规定。"),
            )  # fmt: skip
        self.fields = {**own, **self.fields}
        for field in own.values():
            dress(field)

    def entry(self) -> dict[str, Any]:
        """The amendment that was filled in; only what differs from now."""
        if self.cleaned_data.get("unadopt"):
            return {"severity": "advice"}
        changed = {
            name: value
            for name, value in _read(self.rule.parameters, self.cleaned_data).items()
            if value != self.rule.parameters.get(name)
        }
        return {"parameters": changed} if changed else {}


def _fields(parameters: Mapping[str, Any]) -> list[tuple[str, forms.Field]]:
    found: list[tuple[str, forms.Field]] = []
    for name, value in parameters.items():
        label = words.word("compliance.parameter", name)
        if name == "by_channel":
            for channel, span in value.items():
                spoken = _own(channel)
                found.append((f"{channel}.start", _time(f"{spoken} {_('开始')}", span["start"])))
                found.append((f"{channel}.end", _time(f"{spoken} {_('结束')}", span["end"])))
        elif isinstance(value, bool):
            found.append((name, forms.BooleanField(label=label, required=False, initial=value)))
        elif isinstance(value, int):
            found.append((name, forms.IntegerField(label=label, min_value=0, max_value=MOST, initial=value)))
        elif name in ("start", "end"):
            found.append((name, _time(label, value)))
        elif isinstance(value, list):
            found.append((name, _ticks(name, label, value)))
    return found


def _ticks(name: str, label: str, value: list[str]) -> forms.Field:
    known = sorted(RECIPIENTS) if name in PERSONS else value
    choices = [(one, _own(one)) for one in known]
    return forms.MultipleChoiceField(
        label=label, choices=choices, initial=value, required=False, widget=forms.CheckboxSelectMultiple
    )


def _time(label: str, value: str) -> forms.Field:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, initial=time.fromisoformat(value), widget=widget)


def _own(value: str) -> str:
    told = compliance.in_words(value)
    return told.en if (get_language() or "").startswith("en") else told.zh


def _read(parameters: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, in the form in which the pack writes it."""
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        if name == "by_channel":
            found[name] = {
                channel: {edge: given[f"{channel}.{edge}"].strftime("%H:%M") for edge in ("start", "end")}
                for channel in value
            }
        elif isinstance(value, list) and name in given:
            found[name] = sorted(given[name], key=value.index) if set(given[name]) <= set(value) else given[name]
        elif isinstance(value, bool | int) and name in given:
            found[name] = given[name]
        elif name in ("start", "end") and name in given:
            found[name] = given[name].strftime("%H:%M")
    return found
