"""``heyi import …``: what it says, what it leaves behind, how it ends."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError

from heyi.capabilities.loans import api as loans
from heyi.config.cli import cli
from heyi.kit.actors import SYSTEM
from tests.capabilities.loans.cases import LIN, WANG, csv_file
from tests.capabilities.loans.conftest import bank

__all__ = ["bank"]

pytestmark = pytest.mark.usefixtures("bank")

PAYMENT = {"交易流水号": "T1", "合同号": "HT0001", "还款金额": "1,000.00", "还款日期": "2026年1月2日"}


def heyi(*words: str) -> Result:
    return CliRunner().invoke(cli, ["import", *words], catch_exceptions=False)


def written(folder: Path, name: str, *rows: dict[str, str]) -> str:
    path = folder / name
    path.write_bytes(csv_file(*rows))
    return str(path)


def test_a_good_file_ends_with_0(tmp_path: Path) -> None:
    ran = heyi("loans", written(tmp_path, "book.csv", LIN, WANG))
    assert ran.exit_code == 0
    assert "2 new" in ran.stdout
    again = heyi("loans", str(tmp_path / "book.csv"))
    assert (again.exit_code, "2 as before" in again.stdout) == (0, True)


def test_refused_rows_end_with_1_and_lie_in_the_error_file(tmp_path: Path) -> None:
    errors = tmp_path / "bad.csv"
    ran = heyi("loans", written(tmp_path, "book.csv", LIN, WANG | {"手机号": "1"}), "--errors", str(errors))
    assert ran.exit_code == 1
    assert "line 3" in ran.stdout
    assert str(errors) in ran.stdout.replace("\n", "")
    assert errors.read_text().splitlines()[0].endswith(",错误说明")
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "book.csv"]


def test_no_error_file_when_nothing_was_refused(tmp_path: Path) -> None:
    heyi("loans", written(tmp_path, "book.csv", LIN), "--errors", str(tmp_path / "bad.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["book.csv"]


def test_without_an_error_file_the_next_step_is_named(tmp_path: Path) -> None:
    ran = heyi("loans", written(tmp_path, "book.csv", LIN | {"手机号": "1"}))
    assert (ran.exit_code, "--errors FILE" in ran.stdout) == (1, True)


def test_a_refused_file_ends_with_2_and_the_next_step(tmp_path: Path) -> None:
    path = Path(written(tmp_path, "book.csv", LIN, WANG))
    path.write_bytes(path.read_bytes()[:-22])
    ran = heyi("loans", str(path), "--errors", str(tmp_path / "bad.csv"))
    assert ran.exit_code == 2
    assert "cut off" in ran.stderr
    assert "next: export it again" in ran.stderr
    assert not (tmp_path / "bad.csv").exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    ran = heyi("loans", written(tmp_path, "book.csv", LIN), "--dry-run")
    assert (ran.exit_code, "dry run" in ran.stdout) == (0, True)
    with pytest.raises(loans.UnknownContract):
        loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)


def test_json_is_one_object(tmp_path: Path) -> None:
    ran = heyi("loans", written(tmp_path, "book.csv", LIN, WANG | {"手机号": "1"}), "--json")
    facts = json.loads(ran.stdout)
    assert (ran.exit_code, facts["ok"], facts["created"], facts["refused"]) == (1, False, 1, 1)
    assert facts["refused_rows"] == [
        {"line": 3, "faults": [{"code": "mobile_unclear", "field": "mobile", "facts": {}}]}
    ]
    assert facts["columns"]["contract_no"] == "合同号"


def test_json_is_one_object_also_when_the_file_is_refused(tmp_path: Path) -> None:
    ran = heyi("loans", written(tmp_path, "book [1].csv", {"甲": "1", "乙": "2"}), "--json")
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["ok"]) == (2, False)
    assert "book [1].csv" in told["error"]
    assert told["next"]


def test_a_mapping_is_used_and_a_bad_one_refused(tmp_path: Path) -> None:
    row = {("K1" if name == "合同号" else name): value for name, value in LIN.items()}
    path = written(tmp_path, "book.csv", row)
    assert heyi("loans", path).exit_code == 2
    mapping = tmp_path / "map.yaml"
    mapping.write_text("columns: {contract_no: K1}")
    assert heyi("loans", path, "--mapping", str(mapping)).exit_code == 0
    mapping.write_text("columns: {colour: K1}")
    ran = heyi("loans", path, "--mapping", str(mapping))
    assert (ran.exit_code, "colour: unknown_field" in ran.stderr) == (2, True)


def test_payments_and_instalments(tmp_path: Path) -> None:
    heyi("loans", written(tmp_path, "book.csv", LIN))
    due = {"合同号": "HT0001", "期数": "1", "应还日期": "2025-12-01", "应还本金": "2,000.00"}
    assert heyi("instalments", written(tmp_path, "due.csv", due)).exit_code == 0
    assert heyi("payments", written(tmp_path, "paid.csv", PAYMENT)).exit_code == 0
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).balance.total.amount_minor == 5_130_000 - 100_000


def test_a_database_that_is_away_ends_with_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**given: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(loans, "import_loans", away)
    ran = heyi("loans", written(tmp_path, "book.csv", LIN))
    assert (ran.exit_code, "heyi doctor" in ran.stderr) == (3, True)
