"""What can go wrong in a ceremony; each code stands in docs/errors.md."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem, Unavailable


class NoSuchCeremony(NotFound):
    """No such ceremony, or not yours."""

    code = "signing.not_found"


class NotSignable(Invalid):
    """The text lacks a clause group, does not add up, or runs too long. ``lacks`` names each."""

    code = "signing.not_signable"


class NumberTaken(Conflict):
    """An agreement with this number exists already."""

    code = "signing.number_taken"


class WrongState(Conflict):
    """The ceremony is past this step or has not reached it. ``state`` and ``verb`` say which."""

    code = "signing.wrong_state"


class Expired(Conflict):
    """The time for signing is over. Nothing was signed; a new agreement can be prepared."""

    code = "signing.expired"


class NotYourAct(NotAllowed):
    """This act belongs to the other side, or to a colleague with another role or branch."""

    code = "signing.not_allowed"


class NoSuchClause(Invalid):
    """The agreement has no such clause."""

    code = "signing.no_such_clause"


class NotRead(Conflict):
    """Clauses still wait to be read and acknowledged. ``clauses`` names them."""

    code = "signing.not_read"


class CostFormNotConfirmed(Conflict):
    """The cost form has not been confirmed yet."""

    code = "signing.cost_form_open"


class ReadLonger(Invalid):
    """The cost form must stay in view for a minimum time. ``seconds_left`` says how long still."""

    code = "signing.read_longer"


class CodeTooOld(NotAllowed):
    """No step-up code was verified within the last minutes. Ask for a new one."""

    code = "signing.code_too_old"


class NoSuchCostForm(NotFound):
    """This agreement has no comprehensive-cost form."""

    code = "signing.no_cost_form"


class TimestampAway(Unavailable):
    """The timestamp authority does not answer. What was signed stays; the seal goes on by itself."""

    code = "signing.timestamp_away"


class SignerUnusable(Problem):
    """The configured signing key or certificate cannot be used."""

    code = "signing.signer_unusable"
    status = 500
