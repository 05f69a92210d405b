"""A new observation in the table, the record and the model appears on every other level by itself.

The test adds observations of every kind to a scratch copy of Cartox, in three files and a migration
that Django writes, and asks each level for them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("grading", "patients", "cartox_site", "templates", "static", "manage.py")
WITH_VALUES = ("read", "written", "stored", "record", "exported")
SPOKEN = "<dt>{}</dt><dd>{}</dd>"
CHOSEN = r'name="{}" value="{}"[^>]* (checked|class="number")'
LEVELS = "levels_of_a_finding"
RUN = f"import django; django.setup(); import {LEVELS}; {LEVELS}.main()"


@dataclass(frozen=True, slots=True)
class Added:
    """One new observation: its lines in the three files, a value, and how the levels hold it."""

    name: str
    in_table: str
    in_record: str
    in_model: str
    value: Any
    typed: dict[str, Any]
    inputs: tuple[str, ...]
    spoken: tuple[str, str]


ADDED = (
    Added(
        "urine_output_ml_h",
        '_number("mL/h", ("0", "2000"), (None, "500"), "made up"), "Urine output", Part.VITALS',
        "Decimal | None = None",
        'measurement("urine_output_ml_h")',
        40,
        {"urine_output_ml_h": "40"},
        ("urine_output_ml_h",),
        ("Urine output (mL/h)", "40"),
    ),
    Added(
        "chest_drains",
        '_points("drains", 4, "made up"), "Chest drains", Part.OXYGEN',
        "int | None = None",
        'points("chest_drains")',
        2,
        {"chest_drains": "2"},
        ("chest_drains",),
        ("Chest drains", "2"),
    ),
    Added(
        "neck_stiff",
        'Answer(), "Stiff neck", Part.NEUROLOGIC, hint="chin to chest"',
        "bool | None = None",
        "models.BooleanField(null=True, blank=True)",
        False,
        {"neck_stiff": "no"},
        ("neck_stiff",),
        ("Stiff neck", "no"),
    ),
    Added(
        "wakes_by_family",
        'OneOf(Consciousness), "Wakes by family", Part.SUPPORT',
        "str | None = None",
        'word_column("wakes_by_family")',
        "touch",
        {"wakes_by_family": "touch"},
        ("wakes_by_family",),
        ("Wakes by family", "wakes to touch"),
    ),
    Added(
        "swollen_organs",
        'SomeOf(Organ), "Swollen organs", Part.HYPERINFLAMMATION',
        "tuple[str, ...] | None = None",
        "models.JSONField(null=True, blank=True)",
        ["cardiac", "other"],
        {"swollen_organs": ["cardiac", "other"]},
        ("swollen_organs",),
        ("Swollen organs", "cardiac, other"),
    ),
    Added(
        "pain_of_organs",
        'Each({organ.value: OneOf(Motor) for organ in Organ}, Organ, "pain"), "Pain", Part.ORGANS',
        "dict[str, str] | None = None",
        "models.JSONField(null=True, blank=True)",
        {"other": "mild"},
        {"pain_other": "mild"},
        ("pain_cardiac", "pain_other"),
        ("Pain", "other: mild"),
    ),
)


def add(path: Path, lines: str, *, before: str) -> None:
    """Put lines before the first one that begins so."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, f"{lines}\n{before}", 1), encoding="utf-8")


def levels_of(copy: Path) -> dict[str, Any]:
    """What each level of a copy with the new observations holds."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    shutil.copy(ROOT / "tests" / f"{LEVELS}.py", copy)
    add(
        copy / "grading/table/findings.py",
        "\n".join(f'    Field("{one.name}", {one.in_table}),' for one in ADDED),
        before='    Field("note", Text()',
    )
    add(
        copy / "grading/entries/findings.py",
        "\n".join(f"    {one.name}: {one.in_record}" for one in ADDED),
        before='    note: str = ""',
    )
    add(
        copy / "patients/models/assessments.py",
        "\n".join(f"    {one.name} = {one.in_model}" for one in ADDED),
        before='\n    objects = ClinicalQuerySet["Assessment"]',
    )
    given = {
        "values": {one.name: one.value for one in ADDED},
        "typed": {name: typed for one in ADDED for name, typed in one.typed.items()},
    }
    asked = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=copy,
        input=json.dumps(given),
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{copy}/new.sqlite3",
            "DJANGO_SETTINGS_MODULE": "cartox_site.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    answer: dict[str, Any] = json.loads(asked.stdout)
    return answer


def same(held: Any, value: Any) -> bool:
    """Whether a level holds the value, a number with any count of decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return held is not None and Decimal(str(held)) == value
    return bool(held == value)


def unknown_in(levels: dict[str, Any]) -> dict[str, list[str]]:
    """The new observations that a level does not hold, by level."""
    lacking: dict[str, list[str]] = {}
    for one in ADDED:
        holds = {
            **{level: same(levels[level].get(one.name), one.value) for level in WITH_VALUES},
            **{level: one.name in levels[level] for level in ("schema", "columns")},
            "fields": all(name in levels["fields"] for name in one.inputs),
            "page": all(f'name="{name}"' in levels["page"] for name in one.inputs),
            "words": levels["words"].get(one.spoken[0]) == one.spoken[1],
            "strike_out": bool(
                re.search(SPOKEN.format(*map(re.escape, one.spoken)), levels["strike_out"])
            ),
            "correction": all(
                re.search(CHOSEN.format(name, value), levels["correction"])
                for name, typed in one.typed.items()
                for value in (typed if isinstance(typed, list) else [typed])
            ),
        }
        for level in (level for level, is_held in holds.items() if not is_held):
            lacking.setdefault(level, []).append(one.name)
    return lacking


def test_a_new_observation_is_known_on_every_level(tmp_path: Path) -> None:
    levels = levels_of(tmp_path)
    assert unknown_in(levels) == {}
    assert "chin to chest" in levels["page"], "the hint of the table"
    assert "<b>wakes to touch</b>" in levels["next"], "the last value beside its field"
    for layout, name in (("measures", "urine_output_ml_h"), ("pair", "neck_stiff")):
        before = levels["page"].partition(f'name="{name}"')[0]
        assert re.findall(r'<div class="(measures|pair|items.*)">', before)[-1] == layout
