"""One line of a loan file → one ContractRow, or the list of everything that is wrong with the line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from heyi.capabilities.loans.domain import cells, identity
from heyi.capabilities.loans.domain.balance import COMPONENTS, Balance
from heyi.capabilities.loans.domain.checks import LINK_PREFIX, contract_faults, contract_warnings, party_faults
from heyi.capabilities.loans.domain.columns import NO_MAPPING, Catalogue, Column, ColumnMapping, Layout, key
from heyi.capabilities.loans.domain.faults import BadCell, Fault
from heyi.capabilities.loans.domain.rows import ContractRow, IdType, LinkRow, PartyKind, PartyRow
from heyi.kit.money import MINOR_DIGITS, Money

_COMPANY_ENDINGS: Final = ("公司", "厂", "店", "合作社", "中心", "事务所", "集团", "学校", "医院", "经营部", "商行")


Parser = Callable[[str, Column, "Context", int], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a line needs besides the line: layout, words, branches (key → code), the day, Excel's epoch."""

    layout: Layout
    catalogue: Catalogue
    today: date
    branches: Mapping[str, str]
    mapping: ColumnMapping = NO_MAPPING
    epoch: date = cells.EXCEL_EPOCH
    plan: tuple[tuple[str, int, Column, Parser, dict[str, Any] | None], ...] = field(init=False)
    """Field, index, column, parser and memory of each column but the currency, worked out once."""
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        plan: list[tuple[str, int, Column, Parser, dict[str, Any] | None]] = []
        for column in self.layout.columns:
            if column.field != "currency":
                memory: dict[str, Any] | None = {} if column.field in _REPEATING else None
                plan.append((column.field, column.index, column, _PARSERS[column.field], memory))
        object.__setattr__(self, "plan", tuple(plan))
        object.__setattr__(self, "required", self.catalogue.required)


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Read(Generic[Row]):
    """The outcome for one line: a row without faults, or faults without a row; perhaps warnings."""

    row: Row | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


_LINK_FIELDS: Final = tuple(
    (kind, prefix, prefix + "name", prefix + "mobile", prefix + "id_number") for kind, prefix in LINK_PREFIX.items()
)
_REPEATING: Final = frozenset(
    (
        "product", "branch", "kind", "id_type", "status", "allocation", "contact_relation",
        "designated_relation", "annual_rate", "opened_on", "matures_on", "oldest_due_on", "as_of",
        "received_on", "due_on", "days_past_due", "periods_left", "due_day", "number",
    )
)  # fmt: skip
"""Columns that say the same few things again and again, none of them personal: what was read once is remembered."""
MEMORY_MOST: Final = 10_000
_ENTERPRISE_PREFIXES: Final = ("91", "92", "93", "N1", "N2", "N9", "A1", "A9", "Y1")
"""First characters of credit codes that no citizen number has (GB 32100: registering authority and kind)."""


def read_contract(line: Sequence[str], context: Context) -> Read[ContractRow]:
    """Read, build, check. Every fault of the line is reported at once, so that one correction is enough."""
    values, faults = gather(line, context)
    add_missing(values, faults, context)
    _total_fault(values, faults)
    if faults:
        return Read(None, (*faults, *_people_faults(values, context.today)))
    row = _build(values, faults)
    found = (*faults, *contract_faults(row, today=context.today))
    if found:
        return Read(None, found)
    return Read(row, (), contract_warnings(row, today=context.today))


def gather(line: Sequence[str], context: Context) -> tuple[dict[str, Any], list[Fault]]:
    """The values of the cells that hold something, by field; and a fault for each cell that cannot be read."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    digits = _digits(line, context, values, faults)
    width = len(line)
    for name, index, column, parse, memory in context.plan:
        if index >= width or not (raw := line[index]):
            continue
        if memory is not None and raw in memory:
            values[name] = memory[raw]
            continue
        try:
            text = cells.clean(raw)
            if text:
                values[name] = parse(text, column, context, digits)
                if memory is not None and len(memory) < MEMORY_MOST:
                    memory[raw] = values[name]
        except BadCell as bad:
            faults.append(Fault(bad.code, name, tuple(bad.facts.items())))
    for name, text in context.mapping.defaults.items():
        if name not in values and name != "currency":
            try:
                values[name] = _PARSERS[name](text, Column(name, -1, name), context, digits)
            except BadCell as bad:
                faults.append(Fault(bad.code, name, tuple(bad.facts.items())))
    return values, faults


def add_missing(values: dict[str, Any], faults: list[Fault], context: Context) -> None:
    """A fault for each required field that the line leaves empty; a cell that could not be read is told already."""
    for name in context.required:
        if name not in values and not any(fault.field == name for fault in faults):
            faults.append(Fault("missing", name))


def _digits(line: Sequence[str], context: Context, values: dict[str, Any], faults: list[Fault]) -> int:
    """Read the currency first: the other amounts need to know how many decimals it has."""
    text = context.mapping.defaults.get("currency", "CNY")
    for column in context.layout.columns:
        if column.field == "currency" and column.index < len(line):
            try:
                text = cells.clean(line[column.index]) or text
            except BadCell as bad:
                faults.append(Fault(bad.code, "currency", tuple(bad.facts.items())))
            break
    code = context.catalogue.values["currency"].get(key(text), text.upper())
    if code not in MINOR_DIGITS:
        faults.append(Fault("currency_unknown", "currency"))
        code = "CNY"
    values["currency"] = code
    return MINOR_DIGITS[code]


def _build(values: dict[str, Any], faults: list[Fault]) -> ContractRow:
    currency: str = values["currency"]
    zero = Money(0, currency)
    get = values.get

    def money(name: str) -> Money | None:
        minor = get(name)
        return None if minor is None else Money(minor, currency)

    return ContractRow(
        contract_no=values["contract_no"],
        product=values["product"],
        branch=values["branch"],
        borrower=_party("", values),
        balance=Balance(*[Money(minor, currency) if (minor := get(name)) else zero for name in COMPONENTS]),
        links=_links(values, faults),
        opened_on=get("opened_on"),
        matures_on=get("matures_on"),
        annual_rate=get("annual_rate"),
        granted=money("granted"),
        due_now=money("due_now"),
        instalment=money("instalment"),
        due_day=get("due_day"),
        periods_left=get("periods_left"),
        oldest_due_on=get("oldest_due_on"),
        days_past_due=get("days_past_due"),
        as_of=get("as_of"),
        status=get("status", "active"),
        allocation=get("allocation", ""),
        account_no=get("account_no", ""),
        source_ref=get("source_ref", ""),
    )


def _party(prefix: str, values: dict[str, Any]) -> PartyRow:
    number: str = values.get(prefix + "id_number", "")
    name: str = values[prefix + "name"]
    id_type = values.get(prefix + "id_type") or guess_id_type(number)
    kind: PartyKind = values.get(prefix + "kind") or guess_kind(name, id_type)
    if kind == "enterprise" and id_type == "id_card" and prefix + "id_type" not in values:
        id_type = "uscc"
    return PartyRow(
        kind=kind,
        name=name,
        id_type=id_type,
        id_number=number,
        mobile=values.get(prefix + "mobile", ""),
        email=values.get(prefix + "email", ""),
        address=values.get(prefix + "address", ""),
        customer_no=values.get(prefix + "customer_no", ""),
    )


def _links(values: dict[str, Any], faults: list[Fault]) -> tuple[LinkRow, ...]:
    links = []
    for kind, prefix, name, mobile, id_number in _LINK_FIELDS:
        if name in values:
            relation = values.get(prefix + "relation", "spouse" if kind == "spouse_joint_debt" else "")
            links.append(LinkRow(kind=kind, party=_party(prefix, values), relation=relation))
        elif mobile in values or id_number in values:
            faults.append(Fault("missing", name))
    return tuple(links)


def _people_faults(values: dict[str, Any], today: date) -> Iterator[Fault]:
    """What is wrong with the people of a line that cannot be built for other reasons: it is all told at once."""
    for prefix in ("", *LINK_PREFIX.values()):
        party = _party(prefix, {prefix + "name": "某"} | values)
        yield from (fault for fault in party_faults(party, today=today, prefix=prefix) if fault.code != "missing")


def guess_id_type(number: str) -> IdType:
    """Citizen number or credit code, by form; a broken number counts as what it looks like."""
    if not number:
        return ""
    if number[:2] in _ENTERPRISE_PREFIXES:
        return "uscc"
    if len(number) == 18 and identity.id_check_fails(number) and identity.uscc_fault(number) is None:
        return "uscc"
    return "id_card"


def guess_kind(name: str, id_type: str) -> PartyKind:
    """An enterprise has a credit code or a name like one."""
    return "enterprise" if id_type == "uscc" or (not id_type and name.endswith(_COMPANY_ENDINGS)) else "person"


def _total_fault(values: dict[str, Any], faults: list[Fault]) -> None:
    """A stated total must be the sum of the stated components."""
    if "total" not in values or any(fault.field in COMPONENTS for fault in faults):
        return
    if values["total"] != sum(values.get(name, 0) for name in COMPONENTS):
        faults.append(Fault("total_mismatch", "total"))


def _text(text: str, column: Column, context: Context, digits: int) -> str:
    return text


def _number(text: str, column: Column, context: Context, digits: int) -> str:
    return cells.number_text(text)


def _mobile(text: str, column: Column, context: Context, digits: int) -> str:
    return identity.plain_mobile(cells.number_text(text.removesuffix(".0")))


def _amount(text: str, column: Column, context: Context, digits: int) -> int:
    return cells.amount_minor(text, scale=column.scale, digits=digits)


def _day(text: str, column: Column, context: Context, digits: int) -> date:
    return cells.day(text, epoch=context.epoch)


def _count(text: str, column: Column, context: Context, digits: int) -> int:
    return cells.count(text)


def _rate(text: str, column: Column, context: Context, digits: int) -> Any:
    return cells.rate(text, percent=column.percent)


def _name(text: str, column: Column, context: Context, digits: int) -> str:
    return " ".join(text.split())


def _branch(text: str, column: Column, context: Context, digits: int) -> str:
    found = context.branches.get(key(context.mapping.values.get("branch", {}).get(text, text)))
    if found is None:
        raise BadCell("branch_unknown")
    return found


def _coded(group: str) -> Parser:
    """A parser for a coded column: the mapping's own words first, then those known by heart, then our codes."""

    def parse(text: str, column: Column, context: Context, digits: int) -> str:
        own = context.mapping.values.get(column.field, {}).get(text)
        known = context.catalogue.values[group]
        found = own or known.get(key(text))
        if found is None:
            raise BadCell("value_unknown", known="、".join(sorted(set(known.values()))))
        return found

    return parse


_PARSERS: Final[dict[str, Parser]] = {
    **dict.fromkeys(("contract_no", "id_number", "customer_no", "account_no", "source_ref"), _number),
    **dict.fromkeys(("guarantor_id_number", "spouse_id_number"), _number),
    **dict.fromkeys(("mobile", "guarantor_mobile", "contact_mobile", "designated_mobile", "spouse_mobile"), _mobile),
    **dict.fromkeys(("name", "guarantor_name", "contact_name", "designated_name", "spouse_name"), _name),
    **dict.fromkeys((*COMPONENTS, "total", "due_now", "granted", "instalment", "amount"), _amount),
    **dict.fromkeys(("interest_paid", "principal_paid", "fees_paid"), _amount),
    **dict.fromkeys(("opened_on", "matures_on", "oldest_due_on", "as_of", "received_on", "due_on"), _day),
    **dict.fromkeys(("days_past_due", "periods_left", "due_day", "number"), _count),
    **dict.fromkeys(("email", "address", "remark", "reference", "reverses", "source"), _text),
    **dict.fromkeys(("contact_relation", "designated_relation"), _coded("relation")),
    **{name: _coded(name) for name in ("product", "kind", "id_type", "status", "allocation")},
    "annual_rate": _rate,
    "branch": _branch,
}
