"""Every text has its English, and no Chinese stands outside the catalogues."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import polib
import pytest
from scripts import extraction, messages

from tests.house.source import named


@pytest.mark.parametrize("app", [app for app in messages.apps() if messages.catalogue(app).exists()], ids=named)
def test_every_text_has_its_english(app: Path) -> None:
    assert messages.faults(app) == []


def test_no_text_lacks_a_catalogue() -> None:
    lacking = [named(app) for app in messages.apps() if messages.wanted(app) and not messages.catalogue(app).exists()]
    assert lacking == []


def test_no_chinese_outside_the_catalogues() -> None:
    assert messages.strays() == []


def test_one_text_has_one_english() -> None:
    """Django merges the catalogues: a text that two apps translate differently would depend on their order."""
    told = defaultdict(set)
    for app in messages.apps():
        for entry in polib.pofile(str(messages.catalogue(app))) if messages.catalogue(app).exists() else ():
            told[(entry.msgctxt, entry.msgid)] |= {entry.msgstr} - {""}
    assert {key[1]: forms for key, forms in told.items() if len(forms) > 1} == {}


def test_texts_are_found_in_python() -> None:
    source = "a = _('甲' '乙')\nb = ngettext('%d 天', '%d 天', n)\nc = pgettext('side', '无')\n"
    assert list(extraction.python_texts(source)) == [
        extraction.Text("甲乙"),
        extraction.Text("%d 天", plural="%d 天"),
        extraction.Text("无", context="side"),
    ]


def test_a_renamed_function_is_followed() -> None:
    source = "from django.utils.translation import gettext_lazy as later\na = later('甲')\n"
    assert list(extraction.python_texts(source)) == [extraction.Text("甲")]
    assert list(extraction.python_strays(source)) == []


def test_texts_are_found_in_templates() -> None:
    source = (
        '{% load i18n %}{% translate "甲" %}{% translate "无" context "side" %}'
        "{% blocktranslate with name=x %}给 {{ name }}{% endblocktranslate %}"
        '{{ _("乙") }}{% include "x.html" with text=_("丙") %}'
    )
    found = set(extraction.template_texts(source))
    assert {text.msgid for text in found} == {"甲", "无", "给 %(name)s", "乙", "丙"}
    assert extraction.Text("无", context="side") in found


def test_a_text_that_is_no_literal_is_refused() -> None:
    with pytest.raises(ValueError, match="literal"):
        list(extraction.python_texts("x = _(words)"))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<p>漏了</p>", 1),
        ('<p>\n{% include "x.html" with text="漏了" %}', 2),
        ('{{ value|default:"漏了" }}', 1),
        ('{% translate "甲" %}\n\n<b title="漏了">', 3),
    ],
)
def test_stray_chinese_in_a_template_is_found(source: str, line: int) -> None:
    assert [number for number, _ in extraction.template_strays(source)] == [line]


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "甲" %}',
        "{% blocktranslate %}甲{% plural %}乙{% endblocktranslate %}",
        "{# 甲 #}",
        '{{ _("甲") }}',
    ],
)
def test_translated_chinese_is_fine(source: str) -> None:
    assert list(extraction.template_strays(source)) == []


def test_stray_chinese_in_python_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text('"""文档可以。"""\na = "漏了"\nb = _("没漏")\nc = "有意"  # i18n:off a name\n')
    assert extraction.strays_in(page) == ["line 2: 漏了"]


def test_faults_of_a_catalogue_are_found() -> None:
    entry = polib.POEntry(msgid="给 %(name)s", msgstr="to %(nobody)s 合意 漏")
    assert messages._wrong(entry) == ["placeholders differ", "Chinese in the English"]
