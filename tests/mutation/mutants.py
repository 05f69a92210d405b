"""Small changes to a module, each by itself: every one should make some test fail.

What is changed is mutmut's list of operators, on functions and on the tables that are made at
import alike. Left alone is what a test could not or should not notice: docstrings, annotations,
decorators, imports, and prose (a text with a space in it, which docs/rules.md and the tests of
sentences hold).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.FormattedString)
NAMES = frozenset({"TYPE_CHECKING", "cast"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which module and line, and the whole source with it."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    @property
    def module(self) -> str:
        return ".".join(self.path.with_suffix("").parts)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Place:
    """A node that can be changed, and into what."""

    line: int
    node: cst.CSTNode
    changed: cst.CSTNode


class Changes(cst.CSTVisitor):
    """Collects every place of a module where an operator applies."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or is_docstring(node):
            return False
        if isinstance(node, cst.ClassDef) and is_enumeration(node):
            return False
        if isinstance(node, cst.Call) and is_name(node.func):
            return False
        if not is_prose(node):
            line = self.get_metadata(PositionProvider, node).start.line
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.places += [Place(line, node, changed) for changed in operator(node)]
        return True


def is_name(node: cst.CSTNode) -> bool:
    """A call for the type checker alone."""
    return isinstance(node, cst.Name) and node.value in NAMES


def is_docstring(node: cst.CSTNode) -> bool:
    """A text that stands as a statement of its own."""
    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )


def is_prose(node: cst.CSTNode) -> bool:
    """A text for a reader, not a code or a key."""
    return isinstance(node, cst.ConcatenatedString | cst.SimpleString) and (
        isinstance(node, cst.ConcatenatedString) or " " in node.value
    )


def is_enumeration(node: cst.ClassDef) -> bool:
    """A closed list of words: another spelling is another vocabulary, not another rule."""
    return any(
        isinstance(base.value, cst.Name) and base.value.value.endswith("Enum")
        for base in node.bases
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A mutant that was not made yet: there are very many, and few are judged."""

    path: Path
    module: cst.Module
    place: Place

    def mutant(self) -> Mutant | None:
        """The whole source with the change; None where it does not compile."""
        node, changed = self.place.node, self.place.changed
        source = self.module.deep_replace(node, changed).code  # type: ignore[arg-type]
        try:
            compile(source, str(self.path), "exec")
        except SyntaxError:
            return None
        return Mutant(self.path, self.place.line, shown(node), shown(changed), source)


def changes_of(path: Path) -> list[Change]:
    """Every change of one module, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    changes = Changes()
    wrapper.visit(changes)
    return [Change(path, wrapper.module, place) for place in changes.places]


def shown(node: cst.CSTNode) -> str:
    """The node in one short line."""
    text = " ".join(cst.Module(body=[]).code_for_node(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."
