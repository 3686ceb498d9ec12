"""How wording is judged: the text is read as a person would read it, patterns of the pack look for what the rules of
conduct forbid, and each finding names the place in the original, the clause and a better sentence. Pure.
"""

from heyi.capabilities.compliance.domain.conduct.detect import review, worst
from heyi.capabilities.compliance.domain.conduct.lexicon import BadLexicon, Lexicon, parse_lexicon
from heyi.capabilities.compliance.domain.conduct.reading import Letters
from heyi.capabilities.compliance.domain.conduct.scripts import (
    MOMENTS,
    SEGMENTS,
    Listener,
    Script,
    fitting,
    parse_scripts,
    segment_for,
)
from heyi.capabilities.compliance.domain.conduct.values import (
    CATEGORIES,
    SEVERITIES,
    Category,
    Finding,
    digest_of,
)

__all__ = [
    "CATEGORIES",
    "MOMENTS",
    "SEGMENTS",
    "SEVERITIES",
    "BadLexicon",
    "Category",
    "Finding",
    "Letters",
    "Lexicon",
    "Listener",
    "Script",
    "digest_of",
    "fitting",
    "parse_lexicon",
    "parse_scripts",
    "review",
    "segment_for",
    "worst",
]
