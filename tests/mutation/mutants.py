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
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.FormattedString)
NAMES = frozenset({"TYPE_CHECKING", "cast"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which module and line, and where in its source what stands instead."""

    path: Path
    line: int
    before: str
    after: str
    start: int
    length: int

    @property
    def module(self) -> str:
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def source(self) -> str:
        """The whole source with the change."""
        original = self.path.read_bytes()
        changed = (
            original[: self.start] + self.after.encode() + original[self.start + self.length :]
        )
        return changed.decode()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {shown(self.before)} → {shown(self.after)}"


class Changes(cst.CSTVisitor):
    """Collects every place of a module where an operator applies."""

    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.mutants: list[Mutant] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or is_docstring(node):
            return False
        if isinstance(node, cst.ClassDef) and is_enumeration(node):
            return False
        if isinstance(node, cst.Call) and is_name(node.func):
            return False
        if not is_prose(node):
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.mutants += [self.mutant(node, changed) for changed in operator(node)]
        return True

    def mutant(self, node: cst.CSTNode, changed: cst.CSTNode) -> Mutant:
        line = self.get_metadata(PositionProvider, node).start.line
        span = self.get_metadata(ByteSpanPositionProvider, node)
        return Mutant(self.path, line, code(node), code(changed), span.start, span.length)


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


def mutants_of(path: Path) -> list[Mutant]:
    """Every change of one module, in the order of its lines."""
    changes = Changes(path)
    MetadataWrapper(cst.parse_module(path.read_bytes())).visit(changes)
    return changes.mutants


def code(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node)


def shown(text: str) -> str:
    """Code in one short line."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."
