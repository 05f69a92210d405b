"""Words, drugs and analytes are listed and named where they are declared, and nowhere again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grading.agents import AGENTS
from grading.laboratory.analytes import ANALYTES
from grading.vocabulary import Sign, Word
from tests.test_architecture import CODE, name_of

DECLARED_IN = {
    "grading/agents.py",
    "grading/event_kinds.py",
    "grading/laboratory/analytes.py",
    "grading/measures.py",
    "grading/vocabulary.py",
}
ENUMS = {words.__name__: words for words in Word.__subclasses__()}
CLOSED_LISTS: dict[str, frozenset[str]] = {
    **{name: frozenset(words) for name, words in ENUMS.items() if words is not Sign},
    "AGENTS": frozenset(AGENTS),
    "ANALYTES": frozenset(ANALYTES),
}
"""The signs are left out: most of them are also names of fields."""

ALLOWED = {
    ("grading/engine/labs.py", "ANALYTES"),  # the local rule for each assumed limit
    ("grading/engine/sentences.py", "ANALYTES"),  # three whose label does not fit a sentence
    ("grading/rules/blood_counts/easix.py", "ANALYTES"),  # CRP is in mg/dL in this formula
    ("patients/chart/lanes.py", "Comparator"),  # symbols of a figure
    ("patients/chart/lanes.py", "DrugClass"),  # symbols of a figure
    ("patients/chart/step/step_lines.py", "LineKind"),  # the width of each column
    ("patients/entry/event_form.py", "EventKind"),  # labels of the fields of details
    ("patients/forms/buttons.py", "IceItem"),  # the questions to the patient
}
FEW = 3
"""Fewer entries of one closed list are a choice of its own, such as a rule's criteria."""


def word_of(node: ast.expr | None) -> str:
    """The word that a literal or a member such as `Sex.F` stands for; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        member = getattr(ENUMS.get(node.value.id), node.attr, "")
        return str(member) if isinstance(member, Word) else ""
    return ""


def entries_of(node: ast.AST) -> list[tuple[str, bool]]:
    """The words of a dictionary, list, tuple or set, and whether a text stands beside each."""
    if isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        pairs = [
            (each.elts[0], each.elts[1])
            if isinstance(each, ast.Tuple) and len(each.elts) > 1
            else (each, None)
            for each in node.elts
        ]
    else:
        return []
    return [
        (word_of(word), isinstance(beside, ast.Constant) and isinstance(beside.value, str))
        for word, beside in pairs
    ]


def listed_again(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where three entries of a closed list have a text, or more than half of it is listed."""
    for node in ast.walk(tree):
        entries = entries_of(node)
        for name, closed in CLOSED_LISTS.items():
            listed = {word for word, _ in entries if word in closed}
            named = {word for word, has_text in entries if has_text and word in closed}
            if len(named) >= FEW or len(listed) >= max(FEW, len(closed) // 2 + 1):
                yield node.lineno, name


def test_no_word_drug_or_analyte_is_listed_again() -> None:
    again = {
        (name_of(path), name): line
        for path in CODE
        if name_of(path) not in DECLARED_IN and not name_of(path).startswith("grading/drugs/")
        for line, name in listed_again(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {place: line for place, line in again.items() if place not in ALLOWED} == {}
    assert again.keys() >= ALLOWED


def test_a_list_beside_its_own_table_is_noticed() -> None:
    labels = "{Sex.F: 'f', Sex.M: 'm', Sex.X: 'x'}"
    words = "['focal', 'generalized', 'nonconvulsive']"
    assert list(listed_again(ast.parse(f"A = {labels}\nB = {words}"))) == [
        (1, "Sex"),
        (2, "SeizureKind"),
    ]
