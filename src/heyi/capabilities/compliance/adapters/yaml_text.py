"""YAML as people write law: no anchors, no key twice, dates stay text, and every fault has its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import yaml

from heyi.capabilities.compliance.domain.rules import BadPack

MOST_BYTES: Final = 1_000_000
"""A rule file is read by people; a larger one is something else."""
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # the fast base where libyaml is there, known only at run time
    """Safe, without dates (they stay text) and without double keys."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read(file: str, text: str) -> Any:
    """The content of one file. Raises BadPack with file and line."""
    if len(text.encode()) > MOST_BYTES:
        raise BadPack(where=file, problem=f"larger than {MOST_BYTES} bytes", next_step="split the file")
    try:
        _no_aliases(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 – a safe loader with less, not more
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadPack(
            where=f"{file}:{line}", problem=str(error.problem), next_step="mend the YAML on this line"
        ) from error
    except yaml.YAMLError as error:
        raise BadPack(where=file, problem=str(error), next_step="save the file as UTF-8 text") from error


def _no_aliases(text: str) -> None:
    """A few aliases can unfold to gigabytes, and a reader cannot see what they stand for."""
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="aliases are not used in packs", problem_mark=mark)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, of what ``path`` leads to; of the deepest part that exists."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in path:
        inner = _step(node, step)
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1 if node is not None else 1


def _step(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None
