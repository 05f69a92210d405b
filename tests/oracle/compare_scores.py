"""Scores and older scales over rows of classes: the engine's account beside the oracle's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from random import Random
from typing import Any

from tests.oracle import (
    asked,
    cres_2018,
    cres_classes,
    easix_table,
    hematotox,
    hlh_classes,
    hlh_scores,
    icaht_table,
    seizure_ctcae,
)
from tests.oracle.differences import Differences

Account = dict[str, Any]
Row = dict[str, str]
AT_ONCE = 1_000
NOT_USED = "result_not_used"
HOURS = {"before": -10, "after": 36}


def document(**parts: Any) -> Account:
    """A course without dates."""
    return {
        "format": "cartox-course-1",
        "id": "oracle",
        "patient": {"age_years": 60},
        "course": {"infused_at": None},
        **parts,
    }


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


# At each assessment


def _both(tally: Differences, engine: Any, oracle: Any, row: Any) -> None:
    """With and without reasons; counted once."""
    first, second = engine
    wrong = second if first == oracle else first
    tally.add(wrong._asdict(), oracle._asdict(), row)


def cres(rows: Iterable[Row], context: str, tally: Differences, pick: Random) -> None:
    for batch in batches(rows):
        fields = [cres_classes.assessment(row, pick) for row in batch]
        answers = asked.scaled(asked.adults(fields, HOURS[context]), "cres_cartox_2018")
        for row, assessment, engine in zip(batch, fields, answers, strict=True):
            _both(tally, engine, cres_2018.grade(row, context), (context, row, assessment))


def seizure(context: str, tally: Differences) -> None:
    rows = seizure_ctcae.combinations()
    fields = [seizure_ctcae.assessment(row) for row in rows]
    answers = asked.scaled(asked.adults(fields, HOURS[context]), "seizure_ctcae_4_03")
    for row, engine in zip(rows, answers, strict=True):
        _both(tally, engine, seizure_ctcae.grade(row, context), (context, row))


# Of the course


def _with_missing(account: Account | None) -> Account | None:
    if account is None or "missing" not in account:
        return account
    not_used = {
        reason["saw"]["analyte"] for reason in account["because"] if reason["code"] == NOT_USED
    }
    return {**account, "missing": frozenset(account["missing"]), "not_used": not_used}


def car_hematotox(rows: Iterable[Row], tally: Differences, pick: Random) -> None:
    for row in rows:
        course = document(labs=hematotox.labs(row, pick, -120))
        engine = asked.course(course, "car_hematotox")["car_hematotox"]
        tally.add(_with_missing(engine), hematotox.score(row), (row, course["labs"]))


def hematotox_windows(tally: Differences, pick: Random) -> None:
    for _, hour, doses, before in hematotox.WINDOWS:
        _hematotox_at(hour, doses, 25, before, tally, pick)


def hematotox_drawn(count: int, tally: Differences, pick: Random) -> None:
    """Drawn doses ahead of the infusion, and results at, just before and just after a dose."""
    for _ in range(count):
        doses = hematotox.drawn_doses(pick)
        near = [hour for _, hour in doses] or [-120.0]
        hour = pick.choice(near) + pick.choice((0, 0.5, -0.5, 24, -24))
        _hematotox_at(hour, doses, 1, hematotox.is_before(hour, doses), tally, pick)


def _hematotox_at(
    hour: float,
    doses: tuple[tuple[str, float], ...],
    rows: int,
    before: bool,
    tally: Differences,
    pick: Random,
) -> None:
    """Some rows of results at that hour, in a course with these doses."""
    given = [{"hour": at, "agent": agent} for agent, at in doses]
    for _ in range(rows):
        row = hematotox.drawn_row(pick)
        course = document(labs=hematotox.labs(row, pick, hour), doses=given)
        engine = asked.course(course, "car_hematotox")["car_hematotox"]
        oracle = hematotox.score(row)
        if oracle is not None and not before:
            oracle = hematotox.AFTERWARDS
        tally.add(_with_missing(engine), oracle, (hour, doses, row))


CODES = {
    "immunosuppressed": "h_score_immunosuppression",
    "temperature": "h_score_temperature",
    "organomegaly": "h_score_organomegaly",
    "cytopenias": "h_score_lineages",
    "ferritin": "h_score_ferritin",
    "triglycerides": "h_score_triglycerides",
    "fibrinogen": "h_score_fibrinogen",
    "ast": "h_score_ast",
    "hemophagocytosis": "h_score_hemophagocytosis",
}


def _h_score(engine: Account | None) -> Account | None:
    """The engine's account in the oracle's words."""
    if engine is None:
        return None
    percent = engine["probability"]
    spans = {item["code"]: (item["low"], item["high"]) for item in engine["items"]}
    return {
        **engine,
        "probability": None if percent is None else round(float(percent), 6),
        "points": spans,
    }


def _expected_h_score(row: Row) -> Account | None:
    account = hlh_scores.h_score(row)
    if account is None:
        return None
    points = {CODES[name]: span for name, span in hlh_scores.h_score_points(row).items()}
    percent = account["probability"]
    rounded = None if percent is None else round(percent, 6)
    return {**account, "probability": rounded, "points": points}


HLH_2004_ORDER = (
    "fever",
    "spleen",
    "cytopenia",
    "lipids_fibrinogen",
    "hemophagocytosis",
    "nk",
    "ferritin",
    "sil2r",
)
CARTOX_ORDER = ("ferritin", "liver", "kidney", "lung", "hemophagocytosis")


def _items(engine: Account | None, prefix: str) -> Account | None:
    if engine is None:
        return None
    met = {item["code"].removeprefix(prefix): item["met"] for item in engine["items"]}
    return {**engine, "items": met}


def _expected_items(account: Account | None, order: tuple[str, ...]) -> Account | None:
    if account is None:
        return None
    return {**account, "items": dict(zip(order, account["items"].values(), strict=True))}


def hlh(rows: Iterable[Row], tallies: dict[str, Differences], pick: Random) -> None:
    """HScore, HLH-2004 and CARTOX-HLH of the same courses."""
    for row in rows:
        course = hlh_classes.document(row, pick)
        answers = asked.course(course, "h_score", "hlh_2004", "cartox_hlh")
        inputs = (row, course["assessments"], course["labs"])
        tallies["h_score"].add(_h_score(answers["h_score"]), _expected_h_score(row), inputs)
        tallies["hlh_2004"].add(
            _items(answers["hlh_2004"], "hlh_2004_"),
            _expected_items(hlh_scores.hlh_2004(row), HLH_2004_ORDER),
            inputs,
        )
        tallies["cartox_hlh"].add(
            _items(answers["cartox_hlh"], "cartox_hlh_"),
            _expected_items(hlh_scores.cartox_hlh(row), CARTOX_ORDER),
            inputs,
        )


def pairs_in_full(
    dimensions: dict[str, tuple[str, ...]], pick: Random, usual: Callable[[str], str]
) -> Iterator[Row]:
    """Every pair of dimensions in full; each other one often as usual, else any class."""
    for one, two in combinations(dimensions, 2):
        for first, second in product(dimensions[one], dimensions[two]):
            row = {
                name: usual(name) if pick.random() < 0.5 else pick.choice(classes)
                for name, classes in dimensions.items()
            }
            yield {**row, one: first, two: second}


UNKNOWN = {
    name: "no" if name == "immunosuppressed" else "unknown" for name in hlh_classes.DIMENSIONS
}
ALL_UNKNOWN: Row = {}


def _several(names: tuple[str, ...], *classes: tuple[str, ...]) -> tuple[Row, ...]:
    return (ALL_UNKNOWN, *(dict(zip(names, words, strict=True)) for words in classes))


def _one(name: str, *words: str) -> tuple[Row, ...]:
    return _several((name,), *((word,) for word in words))


H_SCORE_PRODUCT = (
    (*_one("immunosuppressed", "yes", "unknown"),),
    _one("temperature", "below 38.4", "38.4", "above 39.4"),
    _several(("splenomegaly", "hepatomegaly"), ("yes", "yes"), ("no", "yes"), ("no", "no")),
    _several(
        ("hemoglobin", "platelets", "wbc"),
        ("below 9", "below 100", "low"),
        ("9 to 9.2", "above 110", "low"),
        ("above 9.2", "above 110", "low"),
    ),
    _one("ferritin", "500 to 1999", "2000 to 6000", "above 10000"),
    _one("triglycerides", "below 1.5 mmol/L", "265 to 4 mmol/L", "above 4 mmol/L"),
    _one("fibrinogen", "150 to 250", "above 250"),
    _one("ast", "below 30", "30 to 200"),
    _one("hemophagocytosis", "yes", "no"),
)
"""Each number of points of each item of the HScore, and not known."""

HLH_2004_PRODUCT = (
    _one("temperature", "38.5 to 39.4", "38.4"),
    _one("splenomegaly", "yes", "no"),
    _several(
        ("hemoglobin", "platelets", "anc"),
        ("below 9", "below 100", "normal"),
        ("below 9", "100 to 110", "normal"),
    ),
    _several(
        ("triglycerides", "fibrinogen"),
        ("265 to 4 mmol/L", "150 to 250"),
        ("1.5 to below 265", "above 250"),
    ),
    _one("hemophagocytosis", "yes", "no"),
    _one("nk", "yes", "no"),
    _one("ferritin", "500 to 1999", "below 500"),
    _one("sil2r", "2400 or more", "below 2400"),
)
CARTOX_HLH_PRODUCT = (
    _one("ferritin", "6000 to 10000", "above 10000", "above 2000 by bound"),
    *(_one(name, "3 or more", "below 3") for name in hlh_classes.TOXICITY),
    _one("hemophagocytosis", "yes", "no"),
)
"""Each item of the checklists met, not met and not known."""


def every(parts: tuple[tuple[Row, ...], ...]) -> Iterator[Row]:
    """The whole product; what it does not speak of is not known."""
    for classes in product(*parts):
        row = dict(UNKNOWN)
        for some in classes:
            row |= some
        yield row


def easix(tallies: dict[str, Differences], pick: Random) -> None:
    for (hour, window), row in product(easix_table.WINDOWS, easix_table.combinations()):
        chosen = easix_table.picked(row, pick)
        hours = dict.fromkeys(easix_table.VALUES, hour)
        _easix(chosen, window, hours, tallies)
    for apart in easix_table.APART:
        window = "before_lymphodepletion" if apart[0] < 0 else "day_0"
        for places in product(range(2), repeat=len(easix_table.VALUES)):
            chosen = easix_table.picked(dict.fromkeys(easix_table.VALUES, "value"), pick)
            hours = {
                analyte: apart[place]
                for analyte, place in zip(easix_table.VALUES, places, strict=True)
            }
            _easix(chosen, window, hours, tallies)


def _easix(
    chosen: Any, window: str | None, hours: dict[str, float], tallies: dict[str, Differences]
) -> None:
    course = document(labs=easix_table.labs(chosen, hours))
    answers = asked.course(course, *tallies)
    for key, tally in tallies.items():
        entries = answers[key]
        engine = None if not entries else _rounded(entries[0])
        if entries and len(entries) > 1:
            engine = {"window": [entry["window"] for entry in entries]}
        oracle = None if window is None else easix_table.entry(key, chosen, window, hours)
        tally.add(engine, _rounded(oracle), (window, chosen, hours))


def _rounded(entry: Account | None) -> Account | None:
    """Twelve digits of value and logarithm."""
    if entry is None:
        return None
    digits = {
        name: None if entry[name] is None else f"{float(entry[name]):.12g}"
        for name in ("value", "log2")
    }
    if "because" not in entry:
        return {**entry, **digits}
    codes = [(reason["code"], reason["saw"].get("analyte")) for reason in entry["because"]]
    return {**entry, **digits, "not_used": {name for code, name in codes if code == NOT_USED}}


# Series

Closing = tuple[str, Callable[[int], Account]]
CLOSED_BY: tuple[Closing, ...] = (
    ("follow-up end", lambda day: {"course": {"infused_at": None, "last_follow_up_day": day}}),
    ("death", lambda day: {"events": [_event("death", day) | {"attributed_to": "other"}]}),
    ("relapse", lambda day: {"events": [_event("relapse", day)]}),
    ("next therapy", lambda day: {"events": [_event("next_therapy", day)]}),
)


def _event(kind: str, day: int) -> Account:
    return {"hour": 24 * day + 23.8, "kind": kind}


def _after(day: int) -> Account:
    """A temperature after the last day of the window."""
    return {"assessments": [{"hour": 24 * (day + 1), "temperature_c": 36.6}]}


def series(
    words: Iterable[str],
    of: icaht_table.Series,
    tallies: tuple[Differences, Differences],
    pick: Random,
) -> None:
    """Each word with its window open, and closed by a record after it or where it stops."""
    still_open, closed = tallies
    for word in words:
        labs = icaht_table.results(of.analyte, word, of.members, of.first, pick)
        engine = asked.course(document(labs=labs), of.key)[of.key]
        still_open.add(engine, of.expected(word, closed=False), (word, "open"))
        stop = of.first + len(word) - 1
        if pick.random() < 0.5:
            how, parts = "a later record", _after(of.last)
        else:
            name, by = pick.choice(CLOSED_BY)
            how, parts = name, by(stop)
        engine = asked.course(document(labs=labs, **parts), of.key)[of.key]
        observed = word if how != "a later record" else word.ljust(of.last - of.first + 1, ".")
        expected = of.expected(observed, closed=True, by_death=how == "death")
        closed.add(engine, expected, (word, how))


def drawn_windows(of: icaht_table.Series, count: int, tally: Differences, pick: Random) -> None:
    """Drawn series, each with drawn ends of its window."""
    for _ in range(count):
        word = icaht_table.drawn(of, pick)
        ends = icaht_table.drawn_ends(of, len(word), pick)
        labs = icaht_table.results(of.analyte, word, of.members, of.first, pick)
        engine = asked.course(_ending(ends, labs), of.key)[of.key]
        oracle = icaht_table.expected_of(of, word, ends)
        if engine is not None and oracle is None:
            oracle = {"grade": None, "at_least": False}
        tally.add(engine, oracle, (word, ends))


INFUSED_AT = datetime(2026, 1, 5, tzinfo=UTC)


def _ending(ends: dict[str, int], labs: list[Account]) -> Account:
    """A course with these ends; closed near midnight of its day."""
    course: Account = {"infused_at": INFUSED_AT.isoformat(), "time_zone": "UTC"}
    if "closed" in ends:
        closed_at = INFUSED_AT + timedelta(days=ends["closed"], hours=23.9)
        course["closed_at"] = closed_at.isoformat()
    if "follow_up" in ends:
        course["last_follow_up_day"] = ends["follow_up"]
    stops = [kind for kind in icaht_table.STOPPING if kind in ends and kind != "follow_up"]
    events = [_event(kind, ends[kind]) for kind in stops]
    records = [{"hour": 24 * ends["record"] + 9, "temperature_c": 36.6}] if "record" in ends else []
    return document(course=course, labs=labs, events=events, assessments=records)


def two_lowest(tallies: tuple[Differences, Differences], pick: Random) -> None:
    """Late ICAHT by the two lowest daily minima."""
    grades = tuple(icaht_table.LATE_ANC)
    for lowest, second, others in product(grades, (*grades, None), (0, 3)):
        worse_second = second is not None and second > lowest and second != "h"
        if worse_second or (lowest == "h" and second not in ("h", None)):
            continue
        if second is None and others:
            continue
        word = "".join(letter + "." * 9 for letter in (second, lowest) if letter) + "h" * others
        for _ in range(4):
            labs = icaht_table.results("anc", word, icaht_table.LATE_ANC, 31, pick)
            for closed, tally in zip((False, True), tallies, strict=True):
                parts = _after(100) if closed else {}
                engine = asked.course(document(labs=labs, **parts), "icaht_late")["icaht_late"]
                oracle = icaht_table.late(lowest, second, closed=closed)
                tally.add(engine, oracle, (word, labs, closed))
