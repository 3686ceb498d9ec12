"""What can be read here, as frozen values."""

from heyi.capabilities.compliance.queries.holds import agreed_window, hold_kinds, hold_line, hold_lines, hold_of, holds
from heyi.capabilities.compliance.queries.packs import pack

__all__ = ["agreed_window", "hold_kinds", "hold_line", "hold_lines", "hold_of", "holds", "pack"]
