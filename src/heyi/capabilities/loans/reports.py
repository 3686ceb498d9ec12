"""An import's report as sealed bytes and back: its faults may quote what stood in a borrower's row."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.loans.domain.faults import Fault
from heyi.capabilities.loans.domain.report import ImportReport, RowFaults
from heyi.capabilities.vault import api as vault
from heyi.plumbing.sealing import seal, unseal_text

CONTEXT: Final = "loans.stagedfile.report_sealed"


def close(report: ImportReport) -> bytes:
    """Sealed with the bank's own key."""
    return seal(vault.system_key("loans.imports"), json.dumps(asdict(report), default=str), context=CONTEXT)


def reopen(sealed: bytes) -> ImportReport:
    """The report again."""
    told = json.loads(unseal_text(vault.system_key("loans.imports"), sealed, context=CONTEXT))
    return ImportReport(
        **{
            **told,
            "run_id": UUID(told["run_id"]) if told["run_id"] else None,
            "columns": _pairs(told["columns"]),
            "unknown_headings": tuple(told["unknown_headings"]),
            "fault_counts": _pairs(told["fault_counts"]),
            "refused_rows": _rows(told["refused_rows"]),
            "warned_rows": _rows(told["warned_rows"]),
        }
    )


def _rows(told: list[dict[str, Any]]) -> tuple[RowFaults, ...]:
    return tuple(
        RowFaults(row["line"], tuple(Fault(one["code"], one["field"], _pairs(one["facts"])) for one in row["faults"]))
        for row in told
    )


def _pairs(told: list[list[Any]]) -> Any:
    return tuple((name, value) for name, value in told)
