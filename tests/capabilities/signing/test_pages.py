"""The printed agreement: the same bytes for the same input, fonts inside, everything that must stand there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pypdf
import pytest

from heyi.capabilities.signing.adapters.page_data import chinese_number, tight
from heyi.capabilities.signing.adapters.pages import Pages, render_agreement, render_stamp
from heyi.capabilities.signing.domain import Agreement, Language, agreement_digest, compose
from heyi.capabilities.signing.library import load_pack
from heyi.kit.money import Money
from tests.capabilities.signing.cases import AT, facts, money, rows
from tests.capabilities.signing.conftest import Sealed

pytestmark = pytest.mark.req("E6")

URL = "https://bank.example/verify/?n=HY-2026-003308"


def printed(agreement: Agreement, language: Language = "zh", **changes: object) -> Pages:
    told = {"fingerprint": agreement_digest(agreement), "verify_url": URL, "at": AT} | changes
    return render_agreement(agreement, load_pack(), language=language, **told)  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    """All text without white space, because a PDF knows no words."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture(scope="module")
def card() -> Agreement:
    return compose(facts(product="credit_card"), load_pack())


@pytest.fixture(scope="module")
def loan() -> Agreement:
    return compose(facts(), load_pack())


def test_same_input_same_bytes(card: Agreement) -> None:
    assert printed(card).pdf == printed(card).pdf
    assert printed(card).pdf != printed(card, at=AT + timedelta(seconds=1)).pdf


def test_archival_form_with_fonts_inside(card: Agreement) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed(card).pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>U</pdfaid:conformance>" in metadata
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in one or "/FontFile3" in one for one in inner)
    assert {one["/FontName"][8:] for one in inner} <= {"NotoSansCJKsc-Regular", "DejaVuSansMono"}
    assert (reader.metadata.title, reader.metadata.author) == (card.title_zh, card.bank.name)  # type: ignore[union-attr]


def test_every_clause_and_figure_is_on_paper(card: Agreement) -> None:
    text = text_of(printed(card).pdf)
    for clause in card.clauses:
        for part in clause.body_zh.split("\n\n"):
            assert "".join(tight(part).split())[:40] in text, clause.id
    assert all(str(row.payment) in text and row.due_on.isoformat() in text for row in card.rows)
    for told in ("林晓禾", "**************2816", "52,842.10", "4.91%", "重要条款", "12378", "附表二综合融资成本明示表"):
        assert told in text
    assert "除上表列明的项目外，不收取与本次分期有关的任何其他利息和费用" in text


def test_each_page_names_digest_and_number_of_pages(card: Agreement) -> None:
    pages = printed(card)
    reader = pypdf.PdfReader(io.BytesIO(pages.pdf))
    assert len(reader.pages) == pages.count
    for index, page in enumerate(reader.pages):
        text = "".join(page.extract_text().split())
        assert agreement_digest(card) in text
        assert f"第{index + 1}页，共{pages.count}页" in text


def test_the_english_copy_says_what_it_is(loan: Agreement) -> None:
    text = text_of(printed(loan, "en").pdf)
    assert "TheChinesetextistheonethatissignedandbinding" in text
    assert "SupplementaryAgreementonRepaymentofaPersonalLoan" in text
    assert "Page1of" in text


def test_what_changes_stands_in_a_table_of_loans_only(loan: Agreement, card: Agreement) -> None:
    assert "附表三变更对照表" in text_of(printed(loan).pdf)
    assert "附表三" not in text_of(printed(card).pdf)


def test_the_head_of_the_schedule_repeats_on_each_page() -> None:
    debt = Money(10**13)
    long = compose(
        facts(
            product="mortgage",
            balance=replace(facts().balance, principal=debt - money("1312.40")),
            rows=rows(debt, Money(0), 120, date(2027, 1, 31)),
            total=debt,
            annual_rate=Decimal(0),
        ),
        load_pack(),
    )
    pages = printed(long)
    heads = [page.extract_text().count("到期日") for page in pypdf.PdfReader(io.BytesIO(pages.pdf)).pages]
    assert sum(count > 0 for count in heads) >= 3
    assert "100,000,000,000.00" in text_of(pages.pdf)


def test_fees_have_their_column_only_where_there_are_fees(card: Agreement) -> None:
    fee = money("10.00")
    charged = tuple(replace(row, fees=fee, payment=row.payment + fee) for row in card.rows)
    with_fees = compose(facts(product="credit_card", rows=charged, total=card.total + fee * len(charged)), load_pack())
    assert "利息费用应还金额" in text_of(printed(with_fees).pdf)
    assert "利息应还金额" in text_of(printed(card).pdf)


def test_boxes_lie_on_the_last_page_beside_each_other(card: Agreement) -> None:
    pages = printed(card)
    bank, borrower = pages.boxes["bank"], pages.boxes["borrower"]
    assert bank.page == borrower.page == pages.count - 1
    assert bank.right < borrower.left
    assert (bank.top, bank.bottom) == (borrower.top, borrower.bottom)


def test_stamps_show_name_time_and_certificate() -> None:
    stamp = render_stamp(load_pack(), side="borrower", name="林晓禾", certificate="A1B2", signed_at=AT)
    assert text_of(stamp).startswith("林晓禾已电子签名签署时间2026-11-1810:30:00+08:00证书序列号A1B2")
    seal = render_stamp(load_pack(), side="bank", name="示例银行股份有限公司", certificate="A1B2", signed_at=AT)
    assert "电子合同专用章" in text_of(seal)


def test_signing_leaves_the_pages_as_they_were(sealed: Sealed) -> None:
    assert sealed.file.startswith(sealed.pages.pdf)


@pytest.mark.parametrize(("number", "told"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (45, "四十五")])
def test_articles_are_counted_in_chinese(number: int, told: str) -> None:
    assert chinese_number(number) == told
