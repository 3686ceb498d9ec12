"""How somebody likes their pages: small settings of one's own, without effect on anybody else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from heyi.capabilities.staff.models import Preference
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, NotAllowed

VALUE_LONGEST: Final = 2_000


def keep_preference(*, name: str, value: Any, actor: Actor, at: datetime) -> None:
    """Remember a JSON value of at most 2,000 characters under ``name`` (40), for this member alone. Not journaled.

    Raises NotAllowed for who is not a member of staff, Invalid.
    """
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(act="staff.keep_preference")
    if not 0 < len(name) <= 40 or len(json.dumps(value, ensure_ascii=False)) > VALUE_LONGEST:
        raise Invalid(fields={"value": "too_long"}, longest=VALUE_LONGEST)
    Preference.objects.update_or_create(
        member_id=actor.id, name=name, defaults={"value": value}, create_defaults={"value": value, "created_at": at}
    )
