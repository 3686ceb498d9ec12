"""How fast a loan book comes in: 200,000 contracts by default, as CSV; rows per second and the peak of memory.

    python -m bench import_loans            SQLite in a temporary folder
    HEYI_BENCH_ROWS=20000 …                 another size
    HEYI_BENCH_XLSX=1 …                     the same book as a workbook
    HEYI_BENCH_POSTGRES=postgresql://… …    also on PostgreSQL: a database «heyi_bench» is dropped and made there

Each run is a process of its own, so that its peak is its own. Goal: 60 seconds and 600 MB on two cores.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

GOAL_ROWS = 200_000
ROWS = int(os.environ.get("HEYI_BENCH_ROWS", str(GOAL_ROWS)))
SEED = 20260103
GOAL_SECONDS = 60.0
GOAL_MB = 600.0
HEADINGS = (
    "合同号", "产品类型", "机构号", "客户姓名", "证件号码", "手机号", "电子邮箱", "通讯地址", "年利率", "放款日",
    "到期日", "贷款金额", "本金余额", "欠息", "罚息", "费用", "逾期金额", "最早逾期日", "逾期天数", "数据日期",
    "担保人", "担保人身份证号", "担保人手机号", "联系人", "联系人电话", "联系人关系",
)  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "晴敏立涛洋静磊娟强军艳芳伟杰霞丽婷宇浩欣怡子涵梓萱俊博文思远雨桐"


def book(rows: int, *, seed: int, today: date) -> Iterator[tuple[str, ...]]:
    """``rows`` contracts of about 0.85 · rows borrowers; a tenth has a guarantor, three tenths a contact person."""
    random = Random(seed)
    for number in range(rows):
        who = number if random.random() < 0.85 else random.randrange(number + 1)
        late = 0 if random.random() < 0.2 else 1 + int(random.expovariate(1 / 55))
        principal = random.randrange(300_000, 200_000_000)
        interest, penalty = principal // 90, principal // 400 if late else 0
        guarantor = _person(5_000_000 + number) if random.random() < 0.1 else ("", "", "")
        contact = _person(8_000_000 + number) if random.random() < 0.3 else ("", "", "")
        yield (
            f"HT{today.year}{number:09d}",
            random.choice(("信用卡", "消费贷", "房贷", "经营贷")),
            random.choice(("0101", "0102", "0103")),
            *_person(who),
            f"b{who}@mail.example",
            f"示例市澄溪路{who % 997}号{who % 31}室",
            f"{random.randrange(380, 1825) / 100:.2f}%",
            (today - timedelta(days=800 + number % 700)).isoformat(),
            (today + timedelta(days=number % 900)).strftime("%Y年%-m月%-d日"),
            _yuan(principal + 5_000_000),
            _yuan(principal),
            _yuan(interest),
            _yuan(penalty),
            "0.00",
            _yuan(principal // 20 + interest + penalty) if late else "0.00",
            (today - timedelta(days=late)).strftime("%Y/%-m/%-d") if late else "",
            str(late),
            today.strftime("%Y%m%d"),
            *guarantor,
            contact[0],
            contact[2],
            "朋友" if contact[0] else "",
        )


def main() -> None:
    """Make the file once, import it by SQLite and, where told, by PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = _write(Path(folder))
        print(f"{ROWS:,} contracts, {path.stat().st_size / 2**20:.0f} MiB of {path.suffix[1:]}")
        _child(path, Path(folder) / "sqlite", "")
        server = os.environ.get("HEYI_BENCH_POSTGRES")
        if server:
            _child(path, Path(folder) / "postgres", _fresh_database(server))


def run(path: Path) -> None:
    """In the child: import the file, then the same file again; print one line of JSON for each."""
    import django

    django.setup()
    from django.core.management import call_command

    from heyi.capabilities.loans import api as loans
    from heyi.capabilities.staff.models import Branch
    from heyi.kit.actors import SYSTEM
    from heyi.plumbing import clock

    call_command("migrate", verbosity=0)
    for code in ("0101", "0102", "0103"):
        Branch.objects.create(created_at=clock.now(), code=code, name=f"支行{code}", name_en=code, city="示例市")
    for label in ("first", "again"):
        start, cpu = time.perf_counter(), time.process_time()
        report = loans.import_loans(source=path, dry_run=False, actor=SYSTEM, at=clock.now())
        seconds = time.perf_counter() - start
        cpu = time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        facts = {"created": report.created, "unchanged": report.unchanged, "refused": report.refused}
        print(json.dumps({"label": label, "seconds": seconds, "cpu": cpu, "peak_mb": peak, **facts}), flush=True)


def _child(path: Path, data_dir: Path, database_url: str) -> None:
    data_dir.mkdir()
    env = os.environ | {
        "HEYI_DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "heyi.config.settings",
        "PYTHONPATH": os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")]),
    }
    command = [
        sys.executable,
        "-c",
        f"from bench.import_loans import run; from pathlib import Path; run(Path({str(path)!r}))",
    ]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        _print("PostgreSQL" if database_url else "SQLite", json.loads(line))


def _print(engine: str, facts: dict[str, float]) -> None:
    fast = ROWS / facts["seconds"] >= GOAL_ROWS / GOAL_SECONDS
    whole = ROWS >= GOAL_ROWS
    reached = "goal reached" if whole else "fast enough, but the goal is for the whole book"
    verdict = reached if fast and facts["peak_mb"] <= GOAL_MB else "BELOW GOAL"
    print(
        f"{engine:<10} {facts['label']:<6} {facts['seconds']:6.1f} s  {ROWS / facts['seconds']:8,.0f} rows/s  "
        f"cpu {facts['cpu']:5.1f} s  peak {facts['peak_mb']:4.0f} MB  "
        f"created {facts['created']:,}  unchanged {facts['unchanged']:,}  "
        f"refused {facts['refused']:,}  {verdict}"
    )


def _write(folder: Path) -> Path:
    rows = book(ROWS, seed=SEED, today=date.today())  # noqa: DTZ011 - a bench has no bank day
    if os.environ.get("HEYI_BENCH_XLSX"):
        return _write_workbook(folder / "book.xlsx", rows)
    path = folder / "book.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
    return path


def _write_workbook(path: Path, rows: Iterator[tuple[str, ...]]) -> Path:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("贷款")
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def _fresh_database(server: str) -> str:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS heyi_bench")
        connection.execute("CREATE DATABASE heyi_bench")
    return urlsplit(server)._replace(path="/heyi_bench").geturl()


def _person(number: int) -> tuple[str, str, str]:
    """Name, ID number and mobile of somebody who does not exist; each number is another person."""
    from heyi.capabilities.loans.domain.identity import id_check_character

    name = SURNAMES[number % 20] + GIVEN[number // 20 % 31] + GIVEN[number // 620 % 31]
    born = date(1960, 1, 1) + timedelta(days=number // 1000 % 15_000)
    stem = f"990101{born:%Y%m%d}{number % 1000:03d}"
    return name, stem + id_check_character(stem), f"199{number % 10**8:08d}"


def _yuan(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"
