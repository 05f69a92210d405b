"""The timeline's figure: what is drawn, where it breaks, and that it is on the ward's clock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from grading.engine.result import Result
from grading.record import HOUR, Dose, Findings, Lab, Record
from grading.rules.systems import PRIMARY, SYSTEMS
from patients import door, models
from patients.chart.lanes import COLORS, MOST_MARKS
from patients.chart.timeline import timeline_figure

TOKENS = Path(__file__).resolve().parents[3] / "static" / "css" / "tokens.css"
MADRID = ZoneInfo("Europe/Madrid")
INFUSED_AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
CRS = "crs_astct_2019"


def findings_at(hour: float, **findings: Any) -> Findings:
    return Findings(hour * HOUR, uid=f"{hour:07.2f}", **({"temperature_c": Decimal(37)} | findings))


def record(*findings: Findings, **more: Any) -> Record:
    return Record(**({"infused_at": INFUSED_AT, "zone": MADRID, "findings": findings} | more))


def figure(course: Record, crs: list[Result] | None = None, hours: float = 96) -> dict[str, Any]:
    results = crs if crs is not None else [Result(grade=0) for _ in course.findings]
    grades = {key: [Result() for _ in course.findings] for key in SYSTEMS} | {CRS: results}
    return timeline_figure(course, grades, hours * HOUR)


def traces(drawn: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace.get("name") == name]


def steps(drawn: dict[str, Any]) -> dict[str, Any]:
    return drawn["data"][0]


@pytest.fixture
def full() -> Record:
    return record(
        findings_at(12),
        findings_at(24, temperature_c=Decimal("38.6")),
        labs=(
            Lab(20 * HOUR, "ferritin", Decimal(40000), ">", "ng/mL"),
            Lab(20 * HOUR, "crp", Decimal(5), "<", "mg/L"),
            Lab(21 * HOUR, "crp", Decimal(21), "=", "mg/dL"),
        ),
        doses=(
            Dose(25 * HOUR, "tocilizumab", amount=Decimal(576), unit="mg", route="IV"),
            Dose(26 * HOUR, "norepinephrine"),
            Dose(26 * HOUR, "dexamethasone", amount=Decimal(10), unit="mg"),
        ),
    )


def test_plotly_accepts_the_figure(full: Record) -> None:
    import plotly.graph_objects as go

    go.Figure(figure(full), skip_invalid=False)


def strings(part: Any) -> Iterator[str]:
    """Every string in a figure, the keys too."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield key
            yield from strings(value)
    elif isinstance(part, list):
        for item in part:
            yield from strings(item)
    elif isinstance(part, str):
        yield part


TYPED = "<a href=//x.example>&lt;<br><b>"
OWN_MARKUP = re.compile(r"%\{text\}<extra></extra>|Day [+−]?\d+<br>\d\d \w{3}")


def raw_markup(drawn: Any) -> set[str]:
    """Strings that Plotly would read as markup, apart from those that are ours."""
    own = {text for text in strings(drawn) if OWN_MARKUP.fullmatch(text)}
    return {text for text in strings(drawn) if re.search("[<>]|&(?!amp;|lt;|gt;)", text)} - own


def test_what_was_typed_is_text_wherever_the_figure_has_it() -> None:
    course = record(
        findings_at(12, note=TYPED),
        labs=(Lab(20 * HOUR, "crp", Decimal(5), "<", TYPED, note=TYPED),),
        doses=(
            Dose(25 * HOUR, TYPED, amount=Decimal(1), unit=TYPED, route=TYPED, note=TYPED),
            Dose(26 * HOUR, "<b>norepi</b>", "vasopressor", Decimal(1), TYPED, TYPED),
        ),
        product=TYPED,
        indication=TYPED,
    )
    drawn = json.loads(json.dumps(figure(course)))
    assert raw_markup(drawn) == set()
    shown = "&lt;a href=//x.example&gt;&amp;lt;&lt;br&gt;&lt;b&gt;"
    assert traces(drawn, "dose")[0]["text"][0].startswith(f"{shown} 1 {shown} {shown}")
    axes = [value for key, value in drawn["layout"].items() if key.startswith("yaxis")]
    names = ["&lt;b&gt;norepi&lt;/b&gt;", "&lt;a href=//x.exampl…"]
    assert names in [axis.get("ticktext") for axis in axes]


def test_the_figure_of_a_page_holds_no_markup_that_was_typed(
    nurse_client: Client, course: models.Course, nurse: models.User
) -> None:
    at = course.infused_at
    rows = [
        models.Assessment(observed_at=at, temperature_c=Decimal("38.5"), note=TYPED),
        models.Dose(given_at=at, agent=TYPED, amount=1, unit="<b>", route="<i>"),
    ]
    door.enter(course, rows, by=nurse)
    drawn = nurse_client.get(reverse("chart_figure", kwargs={"uid": course.uid})).json()
    assert raw_markup(drawn) == set()
    assert "&lt;a href=//x.example&gt;" in json.dumps(drawn)
    table = nurse_client.get(reverse("chart", kwargs={"uid": course.uid})).content.decode()
    assert escape(TYPED) in table
    assert escape(escape(TYPED)) not in table


def test_an_empty_course_draws_as_well() -> None:
    import plotly.graph_objects as go

    go.Figure(figure(record()), skip_invalid=False)


def test_the_figure_is_json(full: Record) -> None:
    assert json.loads(json.dumps(figure(full))) == figure(full)


def test_every_primary_system_has_a_lane(full: Record) -> None:
    titles = [note["text"] for note in figure(full)["layout"]["annotations"]]
    assert titles[: len(PRIMARY)] == [system.label for system in PRIMARY.values()]
    assert titles[len(PRIMARY) :] == ["Doses", "Temperature °C", "Ferritin ng/mL", "CRP mg/L"]


def test_a_grade_holds_until_the_next_look_and_breaks_where_there_is_none() -> None:
    course = record(findings_at(0), findings_at(12), findings_at(24))
    line = steps(figure(course, [Result(grade=2), Result(), Result(grade=1)]))
    assert line["line"]["shape"] == "hv"
    assert line["connectgaps"] is False
    assert line["y"] == [2, 2, None, 1]
    assert line["x"] == ["2026-01-05T11:00", *["2026-01-05T23:00"] * 2, "2026-01-06T11:00"]


def test_review_is_marked_at_the_grade_it_would_be_and_breaks_the_line() -> None:
    course = record(findings_at(0), findings_at(12))
    drawn = figure(course, [Result(grade=0), Result(review=True, would_be=3)])
    (mark,) = traces(drawn, "review")
    assert mark["y"] == [3]
    assert mark["text"] == ["CRS review (would be 3)"]
    assert steps(drawn)["y"] == [0, 0, None]


def test_a_lower_bound_and_a_grade_that_cannot_be_told_have_marks_of_their_own() -> None:
    course = record(findings_at(0), findings_at(12), findings_at(24))
    drawn = figure(course, [Result(grade=2), Result(grade=3, at_least=True), Result()])
    kinds = {
        name: traces(drawn, name)[0]["marker"]["symbol"]
        for name in ("grade", "at least", "not gradable")
    }
    assert len(set(kinds.values())) == 3
    assert traces(drawn, "at least")[0]["text"] == ["CRS ≥ 3"]
    assert traces(drawn, "not gradable")[0]["y"][0] < 0


def test_a_grade_that_was_lowered_has_a_mark_at_the_grade_that_it_would_be() -> None:
    entries = record(findings_at(12), findings_at(24))
    assert traces(figure(entries), "with every sign counted") == []
    lowered = figure(entries, [Result(grade=4), Result(grade=1, if_all_counted=4)])
    (marks,) = traces(lowered, "with every sign counted")
    assert (marks["y"], marks["text"]) == ([4], ["CRS 1, would be 4"])
    assert steps(lowered)["y"][-1] == 1


def test_an_entry_without_the_part_leaves_the_line_alone() -> None:
    course = record(
        findings_at(0), findings_at(12, temperature_c=None, ice_total=8), findings_at(24)
    )
    line = steps(figure(course, [Result(grade=2), Result(), Result(grade=2)]))
    assert line["y"] == [2, 2]


def test_values_with_a_sign_are_shown_with_it(full: Record) -> None:
    (ferritin,), (crp,) = (traces(figure(full), name) for name in ("ferritin", "crp"))
    assert ferritin["text"] == ["Ferritin &gt; 40,000 ng/mL"]
    assert ferritin["marker"]["symbol"] == ["triangle-up-open"]
    assert crp["text"] == ["CRP &lt; 5 mg/L", "CRP 21 mg/dL"]
    assert crp["y"] == [5.0, 210.0]


def test_ferritin_is_logarithmic_and_the_page_knows_which_axis_to_make_linear(full: Record) -> None:
    layout = figure(full)["layout"]
    assert layout[layout["meta"]["ferritin_axis"]]["type"] == "log"


@pytest.mark.parametrize(
    ("lowest", "highest", "numbered"),
    [
        (1400, 4520, [2000, 3000]),
        (800, 14600, [1000, 3000, 10000]),
        (100, 100000, [100, 1000, 10000, 100000]),
    ],
)
def test_a_logarithmic_axis_numbers_what_has_room(
    lowest: int, highest: int, numbered: list[int]
) -> None:
    values = (lowest, highest)
    labs = tuple(Lab(n * HOUR, "ferritin", Decimal(v), "=", "ng/mL") for n, v in enumerate(values))
    layout = figure(record(labs=labs))["layout"]
    ticks = layout[layout["meta"]["ferritin_axis"]]["tickvals"]
    assert [tick for tick in ticks if lowest <= tick <= highest] == numbered


def test_numbers_of_an_axis_with_one_value_do_not_cover_each_other() -> None:
    ferritin = Lab(HOUR, "ferritin", Decimal(2000), "=", "ng/mL")
    crp = Lab(HOUR, "crp", Decimal(1), "=", "mg/L")
    layout = figure(record(labs=(ferritin, crp)))["layout"]
    axis = layout[layout["meta"]["ferritin_axis"]]
    assert [tick for tick in axis["tickvals"] if 200 <= tick <= 20000] == [1000, 10000]
    formats = {axis.get("tickformat") for key, axis in layout.items() if key.startswith("yaxis")}
    assert "," in formats  # 0, 0.5 and 1 of CRP, not 0, 1 and 1


def test_each_drug_has_a_row_with_its_name_so_that_none_collide(full: Record) -> None:
    layout = figure(full)["layout"]
    axis = layout[f"yaxis{len(PRIMARY) + 1}"]
    assert axis["ticktext"] == ["tocilizumab", "dexamethasone", "norepinephrine"]
    assert len(set(axis["tickvals"])) == 3
    (given,) = traces(figure(full), "dose")
    assert "tocilizumab 576 mg IV" in given["text"]
    assert len(set(given["marker"]["symbol"])) == 3


def test_a_long_name_is_clipped_beside_its_row_and_whole_under_the_pointer() -> None:
    agent = "a drug with a name much longer than the margin"
    drawn = figure(record(doses=(Dose(25 * HOUR, agent),)))
    (axis,) = (axis for axis in drawn["layout"].values() if "…" in str(axis))
    assert axis["ticktext"] == ["a drug with a name…"]
    assert agent in traces(drawn, "dose")[0]["text"][0]


def test_the_hover_says_the_day_at_every_time_with_a_value(full: Record) -> None:
    drawn = figure(full)
    (day,) = traces(drawn, "day")
    assert drawn["data"].index(day) == 1
    assert (day["x"][0], day["text"][0]) == ("2026-01-05T23:00", "Day 0")
    assert (day["x"][-1], day["text"][-1]) == ("2026-01-09T11:00", "Day +4")
    assert day["line"]["width"] == 0


def test_only_every_second_grade_is_numbered_and_the_highest_always() -> None:
    course = record(findings_at(0))
    for grade, numbered in ((3, ["0", "", "2", "", "4"]), (5, ["", "1", "", "3", "", "5"])):
        drawn = figure(course, [Result(grade=grade)])
        assert drawn["layout"]["yaxis"]["ticktext"] == numbered


def test_what_has_no_end_runs_until_now(full: Record) -> None:
    run = next(trace for trace in figure(full)["data"] if trace.get("line", {}).get("width") == 6)
    assert run["x"] == ["2026-01-06T13:00", "2026-01-09T11:00", None]


def test_the_fever_line_lies_on_the_temperature_lane(full: Record) -> None:
    drawn = figure(full)
    fever = drawn["layout"]["shapes"][0]
    assert (fever["y0"], fever["y1"]) == (38.0, 38.0)
    assert fever["yref"] == traces(drawn, "temperature")[0]["yaxis"]


def test_all_lanes_share_one_axis_of_time_and_one_hover(full: Record) -> None:
    drawn = figure(full)
    assert {trace["xaxis"] for trace in drawn["data"]} == {"x"}
    assert drawn["layout"]["hovermode"] == "x unified"
    assert drawn["layout"]["hoversubplots"] == "axis"


@pytest.mark.parametrize(
    ("hour", "local"),
    [
        (0, "2026-03-28T11:00"),  # CET
        (14, "2026-03-29T01:00"),  # the last hour before the clock goes forward
        (15, "2026-03-29T03:00"),  # and the first after it: 02:00 did not exist
        (24, "2026-03-29T12:00"),  # CEST
    ],
)
def test_times_are_the_wards_own_over_a_change_of_the_clock(hour: int, local: str) -> None:
    course = record(findings_at(hour), infused_at=datetime(2026, 3, 28, 10, 0, tzinfo=UTC))
    (temperature,) = traces(figure(course), "temperature")
    assert temperature["x"] == [local]


@pytest.mark.parametrize("infused_at", ["2026-03-28T10:00+00:00", "2026-10-24T10:00+00:00"])
def test_days_are_counted_on_the_calendar_over_a_change_of_the_clock(infused_at: str) -> None:
    course = record(findings_at(0), infused_at=datetime.fromisoformat(infused_at))
    days = figure(course, hours=72)["layout"]["meta"]["days"]
    assert [day["text"].split("<br>")[0] for day in days] == ["Day 0", "Day +1"]
    assert all(day["at"].endswith("T00:00") for day in days)


@pytest.mark.parametrize("hours", [-30, -1, 0, 23, 25, 96])
def test_now_is_in_sight_while_the_first_assessment_is_awaited(hours: float) -> None:
    meta = figure(record(), hours=hours)["layout"]["meta"]
    assert meta["start"] <= meta["now"] <= meta["end"]
    assert meta["start"] <= "2026-01-05T11:00" <= meta["end"]


def test_a_closed_course_without_an_assessment_ends_a_day_after_its_infusion() -> None:
    none: dict[str, list[Result]] = {key: [] for key in SYSTEMS}
    meta = timeline_figure(record(), none, 96 * HOUR, is_open=False)["layout"]["meta"]
    assert [day["text"].split("<br>")[0] for day in meta["days"]] == ["Day 0", "Day +1"]


def test_days_before_the_infusion_are_negative() -> None:
    course = record(doses=(Dose(timedelta(days=-5), "fludarabine"),))
    assert figure(course)["layout"]["meta"]["days"][0]["text"] == "Day −5<br>31 Dec"


def test_no_time_carries_an_offset(full: Record) -> None:
    assert not re.search(r"T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d)", json.dumps(figure(full)))


def test_a_long_course_is_never_thousands_of_marks() -> None:
    looks = [findings_at(hour) for hour in range(3000)]
    drawn = figure(record(*looks), [Result(grade=hour // 500) for hour in range(3000)], hours=3000)
    marks = sum(len(trace["x"]) for trace in drawn["data"] if "markers" in trace["mode"])
    assert len(traces(drawn, "grade")[0]["x"]) == 6
    assert marks <= MOST_MARKS


def test_every_color_is_the_light_value_of_its_property() -> None:
    light = TOKENS.read_text(encoding="utf-8").split("@media")[0]
    values = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6});", light))
    assert {name: values[name] for name in COLORS.values()} == {
        name: color for color, name in COLORS.items()
    }


def test_every_color_of_the_figure_can_be_exchanged(full: Record) -> None:
    drawn = figure(full)
    used = set(
        re.findall(
            r"#[0-9a-f]{6}",
            json.dumps(
                {
                    **drawn,
                    "layout": {
                        key: value for key, value in drawn["layout"].items() if key != "meta"
                    },
                }
            ),
        )
    )
    assert used <= set(COLORS)
