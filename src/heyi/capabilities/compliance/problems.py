"""The named errors of this room; docs/errors.md says what to do about each."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound


class HoldKindUnknown(Invalid):
    """No such kind of hold."""

    code = "compliance.hold_kind_unknown"


class ReasonMissing(Invalid):
    """A hold, and its end, need a reason in words."""

    code = "compliance.reason_missing"


class HoldNotFound(NotFound):
    """No such hold."""

    code = "compliance.hold_not_found"


class HoldAlreadyLifted(Conflict):
    """Somebody lifted this hold before."""

    code = "compliance.hold_already_lifted"


class NotYourHold(NotAllowed):
    """This actor may not place or lift such a hold."""

    code = "compliance.hold_not_allowed"


class WindowUnusable(Invalid):
    """Agreed hours need a start and an end that differ."""

    code = "compliance.window_unusable"
