"""Verbs of the plans room."""

from heyi.capabilities.plans.actions.adopting import adopt, cancel, supersede
from heyi.capabilities.plans.actions.assessing import assess
from heyi.capabilities.plans.actions.hearing import hear_payment, hear_reversal

__all__ = ["adopt", "assess", "cancel", "hear_payment", "hear_reversal", "supersede"]
