"""The same objects in an S3 bucket, against a server that speaks the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.conf import settings
from moto.server import ThreadedMotoServer

from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "身份证照片".encode() * 500

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    name = f"heyi-{uuid4()}"
    found = boto3.resource("s3", endpoint_url=server, region_name="us-east-1").create_bucket(Bucket=name)
    url = f"s3://{name}/vault?endpoint={server}"
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=url))
    return found


def keep() -> vault.StoredObject:
    return vault.put(data=SECRET, media_type="image/png", kind="proof", subject_id=uuid4(), actor=SYSTEM, at=AT)


def test_two_sealed_copies_lie_in_the_bucket(bucket: Any) -> None:
    kept = keep()
    names = sorted(each.key for each in bucket.objects.all())
    assert names == [f"vault/{copy}/2026/03/02/{kept.id}" for copy in "ab"]
    contents = [each.get()["Body"].read() for each in bucket.objects.all()]
    assert contents[0] == contents[1]
    assert "身份证".encode() not in contents[0]
    assert vault.get(object_id=kept.id, actor=SYSTEM, at=AT, purpose="review") == SECRET


@pytest.mark.req("A9")
def test_a_damaged_copy_in_the_bucket_is_mended(bucket: Any) -> None:
    kept = keep()
    bucket.Object(f"vault/a/2026/03/02/{kept.id}").put(Body=b"damaged")
    assert vault.get(object_id=kept.id, actor=SYSTEM, at=AT, purpose="review") == SECRET
    bucket.Object(f"vault/b/2026/03/02/{kept.id}").delete()
    assert vault.scrub(AT).repaired == (kept.id,)
    assert vault.scrub(AT).clean
    for copy in "ab":
        bucket.Object(f"vault/{copy}/2026/03/02/{kept.id}").delete()
    with pytest.raises(vault.Damaged):
        vault.get(object_id=kept.id, actor=SYSTEM, at=AT, purpose="review")


def test_one_copy_may_lie_in_a_folder(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{tmp_path.as_uri()} {settings.HEYI.objects_url}"
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=url))
    kept = keep()
    (tmp_path / f"2026/03/02/{kept.id}").unlink()
    assert vault.get(object_id=kept.id, actor=SYSTEM, at=AT, purpose="review") == SECRET


def test_a_bucket_that_is_away_keeps_nothing(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "s3://heyi-away/vault?endpoint=http://127.0.0.1:9"
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=url))
    with pytest.raises(vault.StoreAway) as away:
        keep()
    assert away.value.status == 503
