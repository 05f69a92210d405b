"""CARTOX-HLH (2018): a ferritin above 10,000 ng/mL in the CRS phase, and any two of four.

Purpose   shows how many of its five items are met; all liver items count once.
Inputs    ng/mL, U/L, mg/dL; organ toxicity by CTCAE 4.03.
Not for   IEC-HS: waiting for a ferritin of 10,000 delays it (review).
Source    CARTOX_2018 in the review (liver, kidney, lung, hemophagocytosis); details from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from grading.engine.checklists import (
    ChecklistItem,
    Ternary,
    above,
    all_of,
    any_of,
    counted_to_document,
    counted_values,
    enough_of,
    hour,
    lab_text,
    missing_of,
    nothing_counted,
    reasons_of,
)
from grading.engine.labs import LabValue, labs_of, unused_cautions, unused_reasons, upper_limit
from grading.engine.result import Result, SystemGrades
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import INFUSION, Record
from grading.rules.hyperinflammation.hlh_window import (
    LOW_VALIDITY,
    FerritinWindow,
    ferritin_window_of,
    hemophagocytosis,
)
from grading.rules.hyperinflammation.results_not_used import before_infusion, set_apart
from grading.sources import CARTOX_2018, LOCAL, REVIEW_2024

KEY = "cartox_hlh"
ITEMS_IN_ALL = 5
FERRITIN_ABOVE_NG_ML = Decimal(10_000)
SEVERE = 3
GRADE_3_TIMES = {
    "ast": Decimal(5),
    "alt": Decimal(5),
    "bilirubin_total": Decimal(3),
    "creatinine": Decimal(3),
}
"""Grade 3 of CTCAE 4.03: above so many times the upper limit; creatinine also the baseline."""

FOLLOWED = ("ferritin", "ast", "alt", "bilirubin_total", "creatinine")

TABLE = (
    ("Criterion", "Code"),
    (
        "Required: peak ferritin > 10,000 ng/mL in the CRS phase (typically the first 5 days)",
        "`cartox_hlh_ferritin`",
    ),
    ("Any two: bilirubin, AST or ALT of grade ≥ 3 (one item)", "`cartox_hlh_liver`"),
    ("Any two: oliguria or creatinine of grade ≥ 3", "`cartox_hlh_kidney`"),
    ("Any two: pulmonary edema of grade ≥ 3", "`cartox_hlh_lung`"),
    (
        "Any two: hemophagocytosis in marrow or another organ",
        "`cartox_hlh_hemophagocytosis`",
    ),
)
SENTENCES = {
    "cartox_hlh_ferritin": "ferritin {ferritin} ng/mL at hour {hour} (criterion: above 10,000)",
    "cartox_hlh_ferritin_outside": "ferritin {ferritin} ng/mL at hour {hour}, outside the CRS "
    "phase",
    "cartox_hlh_liver": "{seen} (criterion: grade 3 of bilirubin, AST or ALT)",
    "cartox_hlh_kidney": "{seen} (criterion: grade 3 of creatinine, or oliguria)",
    "cartox_hlh_lung": "pulmonary grade {grade} (criterion: 3)",
    "cartox_hlh_hemophagocytosis": "hemophagocytosis seen",
    "cartox_hlh_hemophagocytosis_not": "marrow examined, no hemophagocytosis",
}
FOOTNOTES = (
    (
        (
            "The working group on IEC-HS uses no ferritin value: waiting for one could delay the "
            "diagnosis. HLH-2004 and HScore have low validity after CAR-T."
        ),
        REVIEW_2024.at("'IEC-HS: clinical manifestations, risk factors, and mechanisms'"),
    ),
    ("Organ toxicities of grade 3 or more: liver, kidney, lung.", CARTOX_2018.at("in the review")),
    (
        (
            "Grade 3 from laboratory values: AST or ALT > 5 ×, bilirubin > 3 ×, creatinine > 3 × "
            "the upper limit, or creatinine > 3 × the baseline."
        ),
        CARTOX_2018.at("by CTCAE 4.03", "M"),
    ),
    (
        (
            "Urine output is not recorded: a kidney that is fine is told as organ toxicity "
            "'creatinine'. An organ grade or a result counts around the highest ferritin."
        ),
        LOCAL,
    ),
)


def compute(record: Record, graded: Mapping[str, SystemGrades], local: LocalRules) -> Result | None:
    """The number of the five items that are met; None without a ferritin or hemophagocytosis."""
    window = ferritin_window_of(record, ("ferritin",), local)
    if window is None:
        return None
    ferritin = _ferritin(record, graded["crs_astct_2019"], local)
    cautions: list[str] = []
    organs = [
        _liver(window, local, cautions),
        _kidney(window, local, cautions),
        _lung(window),
        hemophagocytosis(window, "cartox_hlh_hemophagocytosis"),
    ]
    items = [ferritin, *organs]
    two = enough_of((item.met for item in organs), 2)
    set_apart(items, window.not_used)
    not_used = window.all_not_used(FOLLOWED) + before_infusion(window.index, "creatinine")
    return Result(
        because=(*reasons_of(items), *unused_reasons(not_used)),
        missing=missing_of(items),
        cautions=(
            LOW_VALIDITY,
            *unused_cautions(not_used),
            *window.doubts(FOLLOWED),
            *dict.fromkeys(cautions),
        ),
        values=counted_values(items, ITEMS_IN_ALL, all_of((ferritin.met, two))),
    )


def _ferritin(record: Record, crs: SystemGrades, local: LocalRules) -> ChecklistItem:
    code = "cartox_hlh_ferritin"
    inside: dict[Ternary, list[LabValue]] = {True: [], None: [], False: []}
    for measured in labs_of(record).between("ferritin", INFUSION):
        inside[_in_crs_phase(record, crs, measured.elapsed, local)].append(measured)
    high = above(FERRITIN_ABOVE_NG_ML)
    met = any_of(high(measured) for measured in inside[True])
    if not met and any(high(measured) is not False for measured in inside[None]):
        met = None
    shown = inside[True] or inside[None] or inside[False]
    if not shown:
        return ChecklistItem(code, met, missing=("ferritin",))
    top = max(shown, key=lambda measured: measured.value)
    basis = {"ferritin": lab_text(top), "hour": hour(top.elapsed)}
    sentence_code = code if inside[True] else f"{code}_outside"
    return ChecklistItem(code, met, sentence_code, basis, ("ferritin",))


def _in_crs_phase(
    record: Record, crs: SystemGrades, at: timedelta, local: LocalRules
) -> bool | None:
    """Whether a time is up to the printed day or within a CRS episode.

    Null after the last assessment of an episode that is still open.
    """
    if record.day(at) <= local.cartox_hlh_ferritin_days:
        return True
    looked = (row.elapsed for row in reversed(record.findings) if row.has_crs_part())
    last_crs_part = next(looked, INFUSION)
    for episode in crs.course.episodes:
        if episode.onset <= at and (episode.resolved is None or at <= episode.resolved):
            return True if episode.resolved is not None or at <= last_crs_part else None
    return False


def _organ_grades(window: FerritinWindow, *organs: str) -> dict[str, int]:
    """The highest grade that somebody gave each of these organs."""
    grades: dict[str, int] = {}
    for row in window.findings():
        for organ in organs:
            if row.organ_toxicity and organ in row.organ_toxicity:
                grades[organ] = max(grades.get(organ, 0), row.organ_toxicity[organ])
    return grades


def _above_limit(
    window: FerritinWindow, analyte: str, local: LocalRules, cautions: list[str]
) -> Ternary:
    """Whether any result of the window is of grade 3 or more by multiples of its upper limit."""
    answers = []
    for measured in window.labs(analyte):
        limit = upper_limit(measured, local)
        if limit is None:
            return None
        if limit.assumed:
            cautions.append(limit.caution)
        answers.append(above(GRADE_3_TIMES[analyte] * limit.value)(measured))
    return any_of(answers)


def _graded_or(grades: dict[str, int], organ: str, measured: Ternary) -> Ternary:
    """Whether the grade given or the result measured is severe; null without either."""
    graded = None if organ not in grades else grades[organ] >= SEVERE
    if True in (graded, measured):
        return True
    return measured if graded is None else graded


def _liver(window: FerritinWindow, local: LocalRules, cautions: list[str]) -> ChecklistItem:
    grades = _organ_grades(window, "transaminases", "bilirubin")
    ast_alt = [_above_limit(window, name, local, cautions) for name in ("ast", "alt")]
    bilirubin = _above_limit(window, "bilirubin_total", local, cautions)
    met = any_of(
        (
            _graded_or(grades, "transaminases", any_of(ast_alt)),
            _graded_or(grades, "bilirubin", bilirubin),
        )
    )
    names = ("ast", "alt", "bilirubin_total")
    shown = {**_as_grades(grades), **window.extremes(names)}
    code = "cartox_hlh_liver"
    return ChecklistItem(
        code, met, code if shown else "", {"seen": shown}, window.unmeasured(names)
    )


def _kidney(window: FerritinWindow, local: LocalRules, cautions: list[str]) -> ChecklistItem:
    grades = _organ_grades(window, "creatinine")
    answers = [_above_limit(window, "creatinine", local, cautions)]
    before = window.index.latest("creatinine", INFUSION)
    if before is not None:
        answers.append(
            window.any_lab("creatinine", above(GRADE_3_TIMES["creatinine"] * before.value))
        )
    high = any_of(answers)
    graded = None if not grades else grades["creatinine"] >= SEVERE
    met = True if True in (graded, high) else graded
    shown = {**_as_grades(grades), **window.extremes(("creatinine",))}
    code = "cartox_hlh_kidney"
    unknown = (*window.unmeasured(("creatinine",)), "urine_output")
    return ChecklistItem(code, met, code if shown else "", {"seen": shown}, unknown)


def _as_grades(grades: dict[str, int]) -> dict[str, str]:
    return {f"{organ} grade": str(grade) for organ, grade in grades.items()}


def _lung(window: FerritinWindow) -> ChecklistItem:
    grades = _organ_grades(window, "pulmonary")
    code = "cartox_hlh_lung"
    if not grades:
        return ChecklistItem(code, None, missing=("pulmonary",))
    return ChecklistItem(code, grades["pulmonary"] >= SEVERE, code, {"grade": grades["pulmonary"]})


SYSTEM = CourseSystem(
    key=KEY,
    toxicity="iec_hs",
    name="HLH",
    standard="CARTOX",
    year=2018,
    compute=compute,
    to_document=counted_to_document,
    nothing=nothing_counted(ITEMS_IN_ALL, ("ferritin",), LOW_VALIDITY),
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=CARTOX_2018,
)
