"""The speed of grading a registry: `python -m benchmarks.grading --assessments 10000 100000`.

Beside each other: a bare Python loop with the CRS and ICANS tables written out as comparisons on
plain tuples, the engine alone on records, and the whole command from file to file. Time is that of
the processors, which others on the machine disturb less, and that of the clock. Memory is the
largest sum over all processes of the command; pages that they share count in each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grading.documents.reading.course_reader import read_document
from grading.engine.system import System
from grading.local_rules import DEFAULT
from grading.record import Record
from grading.rules.systems import PRIMARY, SYSTEMS, grade_record

ROOT = Path(__file__).resolve().parent.parent
PER_COURSE = 30
DIFFERENT_COURSES = 500
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
ASTCT = ",".join(PRIMARY)
RUNS: tuple[tuple[str, list[str]], ...] = (
    ("JSON, no reasons", ["--no-reasons"]),
    ("CSV out", ["--csv"]),
    ("JSON, reasons", []),
)


def assessment(chance: random.Random, hour: int, ill: int) -> dict[str, Any]:
    """Twelve-hourly values of a patient; `ill` 0–3 is how ill."""
    low = ill >= 2 and chance.random() < 0.6
    device = chance.choice(["room_air", "nasal_cannula", "facemask"]) if ill >= 2 else "room_air"
    points = chance.choice([10, 9, 8, 6, 4, 2]) if ill else 10
    fields = {
        "hour": hour,
        "temperature_c": round(chance.gauss(38.8 if ill else 36.8, 0.4), 1),
        "systolic_mmhg": chance.randint(70, 94) if low else chance.randint(95, 150),
        "diastolic_mmhg": chance.randint(35, 55) if low else chance.randint(55, 90),
        "heart_rate": chance.randint(60, 140),
        "respiratory_rate": chance.randint(12, 30),
        "spo2_percent": chance.randint(91, 99),
        "hypotension": low,
        "vasopressors": ["norepinephrine", "epinephrine"][: chance.randint(0, 2) if low else 0],
        "oxygen_device": device,
        "ice_total": points,
        "consciousness": "spontaneous" if points > 5 else "voice",
        "seizure": "none",
        "motor": "none",
        "icp": [],
    }
    if device == "nasal_cannula":
        fields["oxygen_flow_l_min"] = chance.choice([1, 2, 4, 6, 8])
    return fields


def course(number: int) -> dict[str, Any]:
    """One course with dates and a time zone, three days of illness, two doses."""
    chance = random.Random(number)  # noqa: S311 - repeatable
    onset, ill = chance.randint(1, 5), chance.randint(0, 3)
    rows = [
        assessment(chance, 12 * row, ill if onset <= row <= onset + 6 else 0)
        for row in range(PER_COURSE)
    ]
    doses = [
        {"hour": 12 * onset + 5, "agent": "tocilizumab", "amount": 560, "unit": "mg"},
        {"hour": 12 * onset + 20, "agent": "dexamethasone", "amount": 10, "unit": "mg"},
    ]
    return {
        "format": "cartox-course-1",
        "id": f"C{number:07d}",
        "patient": {"age_years": chance.randint(20, 80)},
        "course": {
            "infused_at": f"2025-{chance.randint(1, 12):02d}-10T10:00:00+00:00",
            "time_zone": "Europe/Madrid",
        },
        "baseline": {"systolic_mmhg": 120, "oxygen_device": "room_air"},
        "assessments": rows,
        "doses": doses if ill >= 2 else [],
    }


def as_tuple(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("temperature_c", "hypotension", "vasopressors", "oxygen_device")
    rest = ("oxygen_flow_l_min", "ice_total", "consciousness", "seizure", "motor", "icp")
    return tuple(row.get(name) for name in (*names, *rest))


def bare_grades(rows: list[tuple[Any, ...]]) -> int:
    """Both tables as comparisons, for complete values: what a script would do."""
    total = 0
    for temperature, low, agents, device, flow, points, awake, seizure, motor, icp in rows:
        pressure = (4 if len(agents) > 1 else 3 if agents else 2) if low else 0
        high = device == "facemask" or (device == "nasal_cannula" and flow > 6)
        oxygen = 3 if high else 2 if device == "nasal_cannula" else 0
        total += max(pressure, oxygen, 1 if temperature >= 38 else 0)
        exam = 0 if points == 10 else 1 if points >= 7 else 2 if points >= 3 else 3
        level = {"spontaneous": 0, "voice": 2, "touch": 3, "unarousable": 4}[awake]
        other = 3 if seizure != "none" or motor != "none" or icp else 0
        total += max(exam, level, other)
    return total


def seconds(run: Callable[[], Any]) -> float:
    """Seconds of processor time that a call takes."""
    started = time.process_time()
    run()
    return time.process_time() - started


def grade_all(records: list[Record], systems: dict[str, System], times: int) -> None:
    for _ in range(times):
        for record in records:
            grade_record(record, DEFAULT, systems=systems, reasons=False)


def tree(process: int) -> list[int]:
    """A process and everything below it."""
    try:
        tasks = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [process, *(descendant for child in tasks.split() for descendant in tree(int(child)))]


def memory_mb(process: int) -> float:
    pages = 0
    for one in tree(process):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            continue
    return pages * PAGE_KB / 1024


def command(path: Path, options: list[str]) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of all processors, peak of memory in MB."""
    before, started = os.times(), time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "grade", *options, str(path)], cwd=ROOT, stdout=nowhere
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            time.sleep(0.1)
    took, after = time.perf_counter() - started, os.times()
    used = after.children_user + after.children_system
    return took, used - before.children_user - before.children_system, peak


def reading(texts: list[bytes]) -> None:
    """The least of ten runs over every text."""
    took = min(seconds(lambda: [read_document(text) for text in texts]) for _ in range(10))
    per_assessment = took / len(texts) / PER_COURSE * 1_000_000
    print(f"reading: {per_assessment:.1f} µs of one processor an assessment")


def engines(assessments: int, records: list[Record], rows: list[tuple[Any, ...]]) -> None:
    times = max(1, assessments // len(rows))
    bare = seconds(lambda: [bare_grades(rows) for _ in range(times)])
    astct = seconds(lambda: grade_all(records, PRIMARY, times))
    every = seconds(lambda: grade_all(records, SYSTEMS, times))
    graded = times * len(rows)
    print(f"{graded:,} assessments, one processor, per second: bare loop {graded / bare:,.0f}, ")
    print(f"  engine ASTCT {graded / astct:,.0f}, all {len(SYSTEMS)} {graded / every:,.0f}")


def whole(assessments: int, path: Path) -> None:
    runs: list[tuple[str, list[str]]] = [("ASTCT", ["--systems", ASTCT])]
    if len(SYSTEMS) > len(PRIMARY):
        runs.append((f"all {len(SYSTEMS)}", []))
    for systems, chosen in runs:
        for name, options in RUNS:
            took, used, peak = command(path, [*chosen, *options])
            print(
                f"  {systems}, {name}: {took:.1f} s, {assessments / took:,.0f}/s on the clock, "
                f"{assessments / used:,.0f}/s per processor used, {peak:.0f} MB",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = [10_000, 100_000, 1_000_000]
    parser.add_argument("--assessments", type=int, nargs="+", default=sizes)
    asked = parser.parse_args()
    documents = [course(number) for number in range(DIFFERENT_COURSES)]
    lines = [json.dumps(document).split('"id": ', 1) for document in documents]
    texts = [json.dumps(document).encode() for document in documents]
    records = [read_document(text).record for text in texts]
    rows = [as_tuple(row) for document in documents for row in document["assessments"]]
    reading(texts)
    for assessments in asked.assessments:
        engines(assessments, records, rows)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "registry.jsonl"
            with path.open("w", encoding="ascii") as file:
                for number in range(max(1, assessments // PER_COURSE)):
                    before, after = lines[number % DIFFERENT_COURSES]
                    file.write(f'{before}"id": "N{number}{after[1:]}\n')
            whole(assessments, path)


if __name__ == "__main__":
    main()
