"""Heyi 合意: where a bank and a borrower in arrears reach an agreement, and both can prove how they did."""

__version__ = "0.1.0"
