"""The walk through ASVS stays true: its tests and settings exist, no item stands twice."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/security-asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d[^|]*) \|[^|]*\|[^|]*\|(.*)\|$", PAGE, re.MULTILINE)


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def items(cell: str) -> list[str]:
    """`7.2.1–7.2.3, 8.1.1` one by one."""
    numbers: list[str] = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        stem, _, low = first.rpartition(".")
        high = last.rpartition(".")[2] or low
        if low.isdigit():
            numbers += [f"{stem}.{number}" for number in range(int(low), int(high) + 1)]
        else:
            numbers.append(part)
    return numbers


@pytest.mark.parametrize("node", sorted(set(re.findall(r"`(tests/[^`]+::[^`]+)`", PAGE))))
def test_the_evidence_of_an_item_exists(node: str) -> None:
    path, _, name = node.partition("::")
    assert name in names_in(ROOT / path)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", PAGE))))
def test_a_setting_that_is_evidence_exists(name: str) -> None:
    assert name.startswith("CARTOX_") or hasattr(settings, name)


def test_no_item_stands_twice_and_each_says_how() -> None:
    named = [item for cell, _ in ROWS for item in items(cell)]
    assert len(named) > 100
    assert sorted(set(named)) == sorted(named)
    assert [cell for cell, how in ROWS if not how.strip()] == []
