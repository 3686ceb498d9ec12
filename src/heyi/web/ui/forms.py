"""Forms as the house draws them: classes on the inputs, and fields that read money, rates and codes as people type."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heyi.kit.money import HALF_EVEN, Money
from heyi.web.ui.widgets import HouseRenderer

MAX_YUAN = Decimal(10) ** 11


class Form(forms.Form):
    """A form whose inputs carry the look; draw its fields with ``{% form_item %}``."""

    default_renderer = HouseRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


def dress(field: forms.Field) -> None:
    """Give the widget of ``field`` its class; choices and boxes have their own rows instead."""
    widget = field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        widget.template_name = "ui/widget_choices.html"
    elif isinstance(widget, FilesInput):
        widget.attrs.setdefault("class", "files__input")
    elif isinstance(widget, forms.ClearableFileInput):
        widget.template_name = "django/forms/widgets/file.html"
        widget.attrs.setdefault("class", "input input--file")
    elif not isinstance(widget, forms.CheckboxInput | forms.HiddenInput):
        kind = "input input--code" if isinstance(field, CodeField) else "input"
        widget.attrs.setdefault("class", kind)


class DayInput(forms.DateInput):
    """The browser's own calendar; it takes a day in one form only, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


PAPERS: Final = "image/jpeg,image/png,image/webp,application/pdf"
"""What a paper may be; the vault looks at the bytes."""


class FilesInput(forms.FileInput):
    """A file input that may take several; ``{% form_item %}`` draws it as ``ui/files.html``."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to ``most`` files, none of them needed unless the field is. ``clean`` gives a list of uploads.

    Size is checked here; what a file really is, the vault finds out. ``accept``: media types that the picker offers.
    """

    default_error_messages = {
        "many": _("一次最多 %(most)d 个文件，其余的请下一次再发。"),
        "large": _("「%(name)s」太大了，请选 %(limit)d MB 以内的，或者拍得小一点。"),
        "empty": _("「%(name)s」是空的，请重新选。"),
    }
    widget = FilesInput

    def __init__(self, *, most: int, accept: str = "", **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)
        self.widget.attrs |= {"accept": accept, **({"multiple": True} if most > 1 else {})}

    @property
    def limit_mb(self) -> int:
        """The largest file that is taken, MiB."""
        limit: int = settings.HEYI.upload_mb
        return limit

    @property
    def limit_bytes(self) -> int:
        """The same in bytes."""
        return self.limit_mb * 2**20

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [one for one in (data or []) if one is not None] if isinstance(data, list | tuple) else [data]
        given = [one for one in given if one is not None]
        if len(given) > self.most:
            raise forms.ValidationError(self.error_messages["many"], code="many", params={"most": self.most})
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        for one in given:
            if not one.size or one.size > self.limit_bytes:
                code = "large" if one.size else "empty"
                told = {"name": one.name, "limit": self.limit_mb}
                raise forms.ValidationError(self.error_messages[code], code=code, params=told)
        return given


class MoneyField(forms.CharField):
    """Yuan as people type them (``5,184.60``, full-width figures, ``¥``) → Money. At most two decimals."""

    default_error_messages = {
        "money": _("请填数字，例如 1,200.50。"),
        "negative": _("金额不能小于 0。"),
        "large": _("金额太大了，请再看一眼。"),
    }
    unit = _("元")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs.setdefault("max_length", 24)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        yuan = _figure(text, ",，¥￥元 ")  # i18n:off signs that people type
        if yuan is None or yuan.as_tuple().exponent < -2:  # type: ignore[operator]
            raise forms.ValidationError(self.error_messages["money"], code="money")
        if yuan < 0:
            raise forms.ValidationError(self.error_messages["negative"], code="negative")
        if yuan > MAX_YUAN:
            raise forms.ValidationError(self.error_messages["large"], code="large")
        return Money.from_decimal(yuan, rounding=HALF_EVEN)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Money) else value


class RateField(forms.CharField):
    """An annual rate typed in percent (``4.8``, ``4.80%``) → a fraction, ``Decimal("0.048")``."""

    default_error_messages = {"rate": _("请填 0 到 100 之间的百分数，例如 4.8。")}
    unit = "%"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs.setdefault("max_length", 12)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        percent = _figure(text, "%％ ")
        if percent is None or not 0 <= percent <= 100:
            raise forms.ValidationError(self.error_messages["rate"], code="rate")
        return percent / 100

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value


class CodeField(forms.CharField):
    """A one-time code or the tail of an ID number: spaces fall away, full-width becomes plain, letters upper case."""

    def __init__(self, *, length: int, digits_only: bool = True, **kwargs: Any) -> None:
        self.length = length
        self.digits_only = digits_only
        mode = {"inputmode": "numeric"} if digits_only else {}
        kwargs.setdefault("widget", forms.TextInput(attrs={**mode, "autocomplete": "one-time-code"}))
        super().__init__(max_length=32, **kwargs)

    def clean(self, value: Any) -> Any:
        text = re.sub(r"\s", "", plain(super().clean(value) or "")).upper()
        allowed = "0123456789" if self.digits_only else "0123456789X"
        if text and (len(text) != self.length or set(text) - set(allowed)):
            raise forms.ValidationError(_("应该是 %(length)d 位。"), code="code", params={"length": self.length})
        return text


def plain(text: str) -> str:
    """Full-width figures and letters as plain ones (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text)


def _figure(text: str, noise: str) -> Decimal | None:
    cleaned = plain(text).translate({ord(char): None for char in noise + plain(noise)})
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?", cleaned):
        return None
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None
