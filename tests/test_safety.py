"""Every control in the hazard log is held by a test or a case that exists."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOG = (ROOT / "docs/safety/hazards.md").read_text(encoding="utf-8")
ENTRIES = {
    entry.split(" · ", 1)[0]: entry
    for entry in re.split(r"^###? ", LOG, flags=re.MULTILINE)
    if re.match(r"[A-Z]\d+ · ", entry)
}
FIGURES = (
    r"\*\*Severity\*\* [1-5] · \*\*Likelihood\*\* ([1-5]) without the control, ([1-5]) with it"
)
KNOWN_FAULTS = [f"G{n}" for n in range(1, 15)] + [f"W{n}" for n in range(1, 26)]


def names_of_tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def cases_in(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["case"] for row in csv.DictReader(file)}


def held_by(entry: str) -> list[str]:
    return re.findall(r"`(tests/[^`]+)`", entry.split("**Held by**")[1])


def test_every_fault_that_others_shipped_is_in_the_log_once() -> None:
    assert [fault for fault in KNOWN_FAULTS if LOG.count(f"### {fault} · ") != 1] == []


@pytest.mark.parametrize("hazard", ENTRIES)
def test_a_hazard_says_cause_harm_severity_likelihood_and_control(hazard: str) -> None:
    entry = ENTRIES[hazard]
    for part in ("Cause", "Harm", "Control"):
        assert re.search(rf"\*\*{part}\*\*: \S", entry), part
    figures = re.search(FIGURES, entry)
    assert figures is not None
    before, after = figures.groups()
    assert int(after) < int(before)


@pytest.mark.parametrize("hazard", ENTRIES)
def test_the_control_of_a_hazard_is_held_by_a_test_that_exists(hazard: str) -> None:
    named = held_by(ENTRIES[hazard])
    assert named
    for name in named:
        if "::" in name:
            path, test = name.split("::")
            assert test in names_of_tests(ROOT / path), name
        else:
            path, case = name.split(": ", 1)
            assert case in cases_in(ROOT / path), name
