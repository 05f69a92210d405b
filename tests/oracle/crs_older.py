"""CRS by the systems before ASTCT 2019, as lookups over coded classes.

Each domain of a row comes to a cell of the printed table; the worst cell is the grade. What a row
says in bedside terms stands in `older_signs`.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.answer import Answer, beside_all_counted, cannot_tell, zero_unless
from tests.oracle.cells import (
    DEVICE,
    FLOW,
    HYPOTENSION,
    NEEDED,
    NOTHING,
    TEMPERATURE,
    VASOPRESSORS,
    Cell,
    answer,
    either,
    one,
    unsure,
)
from tests.oracle.older_signs import (
    ABSENT,
    ANSWER,
    BILIRUBIN,
    FIO2_UNKNOWN,
    FLOW_UNKNOWN,
    FROM_40,
    HIGH,
    KIDNEY,
    LIVER,
    LONG_ENOUGH,
    LOW,
    LUNG,
    MAYBE,
    MAYBE_UNTREATED,
    NOBODY_KNOWS,
    NONINVASIVE,
    NONINVASIVE_UNDER_40,
    NOT_NEW,
    ORGANS,
    OTHER_ORGAN,
    PRESENT,
    PRESENT_UNTREATED,
    RUNNING,
    RUNS,
    SUPPORT,
    UNDER_40,
    UNTOLD,
    VENTILATOR,
    Row,
    fever,
    has_part,
    hypotension,
    hypoxic,
    is_told_by_doses,
    oxygen,
    treatment,
    untreated,
)

Table = dict[str, Cell]
Cells = tuple[Cell, ...]

DOSE, HOURS, BOLUSES = "vasopressor dose", "vasopressor hours", "fluid boluses"
REFRACTORY, LIFE = "refractory hypotension", "life-threatening"
FIO2, ORGAN, RESPONSE = "FiO2", "organ toxicity", "response to treatment"
IV, COAGULOPATHY = "intravenous therapy", "coagulopathy treated"


# Pieces


def feverish(row: Row) -> Cell:
    state = fever(row)
    if state is None:
        return unsure(0, 1, TEMPERATURE)
    return one(1) if state else NOTHING


def unsettled(row: Row) -> tuple[str, ...]:
    """What would say whether there is any sign of CRS."""
    state = hypotension(row)
    names = {
        TEMPERATURE: fever(row) is None,
        HYPOTENSION: state in (MAYBE, MAYBE_UNTREATED),
        VASOPRESSORS: state == MAYBE,
        DEVICE: hypoxic(row) is None and not oxygen(row).maybe_usual,
        FLOW: hypoxic(row) is None and oxygen(row).maybe_usual,
    }
    return tuple(name for name, open_question in names.items() if open_question)


def has_sign(row: Row) -> bool | None:
    """Fever, hypotension or hypoxia; None where nobody knows."""
    present = hypotension(row) in (PRESENT, PRESENT_UNTREATED, RUNS)
    if fever(row) or present or hypoxic(row):
        return True
    return None if unsettled(row) else False


def asked_beside_a_sign(row: Row, dimension: str, grade: int, name: str) -> Cell:
    """A question whose yes is this grade, and which is put once there is a sign."""
    state = ANSWER[row[dimension]]
    if state is None:
        return unsure(0, grade, name) if has_sign(row) else NOTHING
    return one(grade) if state else NOTHING


def life_threatened(row: Row) -> Cell:
    """4 where stated, beside a sign. Nobody is asked."""
    sign = has_sign(row)
    if row["life"] != "yes" or sign is False:
        return NOTHING
    return one(4) if sign else unsure(0, 4, *unsettled(row))


def breathing(row: Row, table: Table, devices: dict[str, str] | None = None) -> Cells:
    """A table by what is given; no new oxygen with a low saturation is untreated hypoxia.

    `devices` gives the class of a device where a table goes by devices and not by FiO2.
    """
    given, maybe_usual = oxygen(row)
    if devices is not None and given not in (NOT_NEW, NOBODY_KNOWS):
        given = devices[row["support"]]
    low, cell = untreated(row), table[given]
    cells = [cell]
    if maybe_usual:
        cells = [Cell(0, 0, cell.high, (FLOW,), max(cell.low, cell.firm))]
    elif given not in (NOT_NEW, NOBODY_KNOWS):
        return (cell,)
    if low == "yes":
        return (*cells, table["untreated"])
    if low == "unknown":
        return (*cells, unsure(0, table["untreated"].high, DEVICE))
    return tuple(cells)


def damaged(row: Row, tables: dict[str, dict[int, Cell]], others: Cell, kidney: Cell) -> Cells:
    """Each graded organ by its own table; one that a laboratory tells and nobody graded is open.

    `kidney` is the worst that creatinine could come to, `others` the worst without it.
    """
    grades, whole = ORGANS[row["organs"]]
    cells = tuple(tables[organ].get(grade, NOTHING) for organ, grade in grades.items())
    if whole:
        return cells
    return (*cells, others) if KIDNEY in grades else (*cells, others, kidney)


def long_enough(row: Row) -> str:
    """Whether it has run for three hours; an agent that no dose tells may have run longer."""
    state = LONG_ENOUGH[row["hours"]]
    return UNTOLD if state == LOW and is_told_by_doses(row) else state


def high_for_long_enough(dose: str, row: Row) -> str:
    """A high dose counts once it has run for three hours. Without a list no dose is low."""
    if long_enough(row) == LOW or (dose == LOW and not is_told_by_doses(row)):
        return LOW
    return HIGH if (dose, long_enough(row)) == (HIGH, HIGH) else UNTOLD


def why_untold(dose: str, row: Row) -> tuple[str, ...]:
    """What would say whether it is a high dose for long enough."""
    names = (DOSE, dose), (HOURS, long_enough(row))
    return tuple(name for name, state in names if state == UNTOLD)


def by_dose(dose: str, row: Row, low: int, high: int) -> Cell:
    """One grade at a low dose, another at a high one."""
    state = high_for_long_enough(dose, row)
    if state == UNTOLD:
        return unsure(low, high, *why_untold(dose, row))
    return one(high if state == HIGH else low)


def naming(row: Row) -> tuple[str, ...]:
    """The vasopressors, where one or more of them have no name or there is no list of them."""
    is_open = treatment(row).several is None or is_told_by_doses(row)
    return (VASOPRESSORS,) if is_open else ()


# Lee 2014

LEE_OXYGEN: Table = {
    NOBODY_KNOWS: unsure(0, 4, DEVICE),
    NOT_NEW: NOTHING,
    "untreated": unsure(2, 4, DEVICE),
    UNDER_40: one(2),
    FROM_40: one(3),
    FLOW_UNKNOWN: unsure(2, 3, FLOW),
    FIO2_UNKNOWN: unsure(2, 3, FIO2),
    NONINVASIVE_UNDER_40: either(2, 4),
    NONINVASIVE: either(3, 4),
    VENTILATOR: one(4),
}
LEE_HYPOTENSION: Table = {
    ABSENT: NOTHING,
    PRESENT_UNTREATED: one(2),
    PRESENT: unsure(2, 3, VASOPRESSORS),
    MAYBE_UNTREATED: unsure(0, 2, HYPOTENSION),
    MAYBE: unsure(0, 3, HYPOTENSION, VASOPRESSORS),
}
LEE_ORGAN = {2: one(2), 3: one(3), 4: one(4)}
LEE_LIVER = {2: one(2), 3: either(2, 3), 4: one(3)}
LEE_ORGANS = {
    LIVER: LEE_LIVER,
    **dict.fromkeys((BILIRUBIN, KIDNEY, LUNG, OTHER_ORGAN), LEE_ORGAN),
}


def lee_vasopressors(row: Row) -> Cell:
    """Several are 3, vasopressin among them; one is 2 or, at a high dose, 3."""
    running = treatment(row)
    if running.several:
        return one(3)
    cell = by_dose(running.lee, row, 2, 3)
    if running.several is None and cell.low < 3:
        return unsure(2, 3, *naming(row), *cell.missing)
    return cell


def lee_hypotension(row: Row) -> Cell:
    state = hypotension(row)
    return lee_vasopressors(row) if state == RUNS else LEE_HYPOTENSION[state]


def lee_symptoms(row: Row) -> Cell:
    """They count where recorded; nobody is asked."""
    return one(1) if row["symptoms"] == "yes" else NOTHING


def lee(row: Row) -> Cells:
    return (
        feverish(row),
        lee_symptoms(row),
        lee_hypotension(row),
        *breathing(row, LEE_OXYGEN),
        *damaged(row, LEE_ORGANS, others=unsure(0, 4, ORGAN), kidney=unsure(0, 4, ORGAN)),
    )


# Penn 2018

PENN_OXYGEN: Table = {
    NOBODY_KNOWS: unsure(0, 4, DEVICE),
    NOT_NEW: NOTHING,
    "untreated": unsure(3, 4, DEVICE),
    **dict.fromkeys((UNDER_40, FROM_40, FLOW_UNKNOWN, FIO2_UNKNOWN), one(3)),
    **dict.fromkeys((NONINVASIVE, NONINVASIVE_UNDER_40), one(3)),
    VENTILATOR: one(4),
}
PENN_FLUIDS: Table = {
    "several": one(3),
    "one": one(2),
    "none": one(2),
    "given": unsure(2, 3, BOLUSES),
    "unknown": unsure(2, 3, BOLUSES),
}
"""Hypotension without a vasopressor: several boluses are 3."""
PENN_LIVER = {3: one(2), 4: one(3)}
PENN_KIDNEY = unsure(0, 4, ORGAN)._replace(firm=3)
PENN_ORGANS: dict[str, dict[int, Cell]] = {
    **dict.fromkeys((LIVER, BILIRUBIN), PENN_LIVER),
    KIDNEY: {2: one(2), 3: one(3), 4: either(3, 4)},
    LUNG: {},
    OTHER_ORGAN: {},
}


def penn_vasopressors(row: Row) -> Cell:
    """3 at a low dose, 4 at a high one, however many run."""
    cell = by_dose(RUNNING[row["vasopressors"]].penn[row["weight"]], row, 3, 4)
    return unsure(3, 4, *naming(row), *cell.missing) if cell.high > cell.low else cell


def penn_hypotension(row: Row) -> Cells:
    state, fluids = hypotension(row), PENN_FLUIDS[row["boluses"]]
    count = unsure(0, 3, *fluids.missing) if fluids.missing else NOTHING
    if state == RUNS:
        return (penn_vasopressors(row),)
    return {
        ABSENT: (NOTHING,),
        PRESENT_UNTREATED: (fluids,),
        PRESENT: (fluids, unsure(0, 4, VASOPRESSORS)),
        MAYBE_UNTREATED: (unsure(0, fluids.high, HYPOTENSION), count),
        MAYBE: (unsure(0, 4, HYPOTENSION, VASOPRESSORS), count),
    }[state]


def penn(row: Row) -> Cells:
    return (
        feverish(row),
        *penn_hypotension(row),
        *breathing(row, PENN_OXYGEN),
        *damaged(row, PENN_ORGANS, others=unsure(0, 3, ORGAN), kidney=PENN_KIDNEY),
        asked_beside_a_sign(row, "iv", 2, IV),
        asked_beside_a_sign(row, "coagulopathy", 3, COAGULOPATHY),
        life_threatened(row),
    )


# MSKCC 2018

MSKCC_OXYGEN = LEE_OXYGEN
FLUIDS_ALONE = either(1, 2)
MSKCC_HYPOTENSION: dict[str, dict[str, Cell]] = {
    "no": {
        ABSENT: NOTHING,
        PRESENT_UNTREATED: FLUIDS_ALONE,
        PRESENT: Cell(1, 2, 3, (VASOPRESSORS,), 3),
        MAYBE_UNTREATED: unsure(0, 2, HYPOTENSION)._replace(firm=1),
        MAYBE: unsure(0, 3, HYPOTENSION, VASOPRESSORS),
    },
    "unknown": {
        ABSENT: NOTHING,
        PRESENT_UNTREATED: FLUIDS_ALONE,
        PRESENT: Cell(1, 2, 4, (VASOPRESSORS,), 4),
        MAYBE_UNTREATED: unsure(0, 2, HYPOTENSION)._replace(firm=1),
        MAYBE: unsure(0, 4, HYPOTENSION, VASOPRESSORS),
    },
    "yes": {
        ABSENT: NOTHING,
        PRESENT_UNTREATED: one(4),
        PRESENT: one(4),
        MAYBE_UNTREATED: unsure(0, 4, HYPOTENSION),
        MAYBE: unsure(0, 4, HYPOTENSION, VASOPRESSORS),
    },
}
"""By whether it is refractory to a high dose, which counts as stated. Fluids are in no cell."""
MSKCC_HOURS: Table = {
    "under_3": one(2),
    "under_24": one(2),
    "from_24": one(3),
    "unknown": unsure(2, 3, HOURS),
}


def mskcc_hypotension(row: Row) -> Cells:
    """Any vasopressor by its hours; 4 where a high dose does not help. A low one rules it out."""
    state, refractory = hypotension(row), row["refractory"]
    if state != RUNS:
        return (MSKCC_HYPOTENSION[refractory][state],)
    hours = MSKCC_HOURS[row["hours"]]
    if is_told_by_doses(row) and row["hours"] != "from_24":
        hours = unsure(2, 3, VASOPRESSORS, HOURS)
    if refractory == "yes":
        return (one(4),)
    is_low = treatment(row).lee == LOW and not is_told_by_doses(row)
    if refractory == "no" or is_low:
        return (hours,)
    return hours, unsure(0, 4, REFRACTORY)


def mskcc(row: Row) -> Cells:
    return (feverish(row), *mskcc_hypotension(row), *breathing(row, MSKCC_OXYGEN))


# CARTOX 2018

CARTOX_OXYGEN = LEE_OXYGEN
CARTOX_CHILD_OXYGEN: Table = {
    **LEE_OXYGEN,
    **dict.fromkeys((NONINVASIVE, NONINVASIVE_UNDER_40), one(3)),
}
CARTOX_ORGANS = {organ: {1: one(1), **table} for organ, table in LEE_ORGANS.items()}


def cartox_hypotension(row: Row) -> Cell:
    """As Lee; 4 where it threatens life, which is asked of several or a high dose only."""
    state, cell = hypotension(row), lee_hypotension(row)
    if row["life"] == "no" or state == ABSENT:
        return cell
    if row["life"] == "yes":
        unanswered = state in (MAYBE, MAYBE_UNTREATED)
        return unsure(0, 4, *cell.missing) if unanswered else one(4)
    if cell == one(3):
        return unsure(3, 4, LIFE)
    one_at_most = cell in (one(2), LEE_HYPOTENSION[MAYBE_UNTREATED])
    return cell if one_at_most else unsure(cell.low, 4, *cell.missing)


def cartox(row: Row) -> Cells:
    table = CARTOX_CHILD_OXYGEN if row["age"] == "child" else CARTOX_OXYGEN
    return (
        feverish(row),
        cartox_hypotension(row),
        *breathing(row, table),
        *damaged(row, CARTOX_ORGANS, others=unsure(0, 4, ORGAN), kidney=unsure(0, 4, ORGAN)),
    )


# CTCAE 4.03

CTCAE4_OXYGEN: Table = {
    NOBODY_KNOWS: unsure(0, 4, DEVICE),
    NOT_NEW: NOTHING,
    "untreated": Cell(2, 3, 4, (DEVICE,), 4),
    **dict.fromkeys((UNDER_40, FROM_40, FLOW_UNKNOWN, FIO2_UNKNOWN), either(2, 3)),
    **dict.fromkeys((NONINVASIVE, NONINVASIVE_UNDER_40, VENTILATOR), one(4)),
}
CTCAE4_OXYGEN_HELPS: Table = {
    **CTCAE4_OXYGEN,
    **dict.fromkeys((UNDER_40, FROM_40, FLOW_UNKNOWN, FIO2_UNKNOWN), one(2)),
}
"""Oxygen with a prompt response is symptomatic treatment and no sequela."""
CTCAE4_HYPOTENSION: Table = {
    ABSENT: NOTHING,
    PRESENT_UNTREATED: one(2),
    PRESENT: unsure(2, 4, VASOPRESSORS),
    MAYBE_UNTREATED: unsure(0, 2, HYPOTENSION),
    MAYBE: unsure(0, 4, HYPOTENSION, VASOPRESSORS),
    RUNS: one(4),
}
CTCAE4_ORGANS = {
    **{organ: {4: either(1, 3)} for organ in (LIVER, BILIRUBIN, OTHER_ORGAN)},
    **{organ: {3: one(3), 4: one(3)} for organ in (KIDNEY, LUNG)},
}
"""Renal impairment and pulmonary infiltrates are the sequelae that the text names."""
CTCAE4_NO_SEQUELA = unsure(0, 3, ORGAN)._replace(firm=1)
CTCAE4_RESPONSE: Table = {"prompt": one(2), "prolonged": one(3), "recurrent": one(3)}


def ctcae_4_response(row: Row) -> Cell:
    """It is asked once there is a sign."""
    if row["response"] == "unknown":
        return unsure(0, 3, RESPONSE) if has_sign(row) else NOTHING
    return CTCAE4_RESPONSE[row["response"]]


def ctcae_4(row: Row) -> Cells:
    table = CTCAE4_OXYGEN_HELPS if row["response"] == "prompt" else CTCAE4_OXYGEN
    return (
        feverish(row),
        CTCAE4_HYPOTENSION[hypotension(row)],
        *breathing(row, table),
        *damaged(row, CTCAE4_ORGANS, others=CTCAE4_NO_SEQUELA, kidney=unsure(0, 3, ORGAN)),
        ctcae_4_response(row),
        life_threatened(row),
    )


# CTCAE 5.0


def unless_urgent(row: Row, grade: int) -> Cell:
    """The text names no device and no number of agents: 4 until it is told whether it is urgent."""
    return Cell(grade, 4, 4, (LIFE,), 4) if row["life"] == "unknown" else one(grade)


def ctcae_5_hypotension(row: Row) -> Cell:
    """One vasopressor is 3; for several there is no cell but the life-threatening."""
    several = unless_urgent(row, 3)
    worst = several.high
    cells = {
        ABSENT: NOTHING,
        PRESENT_UNTREATED: one(2),
        PRESENT: Cell(2, 2, worst, (VASOPRESSORS,), 3),
        MAYBE_UNTREATED: unsure(0, 2, HYPOTENSION),
        MAYBE: Cell(0, 0, worst, (HYPOTENSION, VASOPRESSORS), 3),
    }
    state = hypotension(row)
    if state != RUNS:
        return cells[state]
    if treatment(row).several is None:
        return Cell(3, 3, worst, (VASOPRESSORS,), 3)
    return several if treatment(row).several else one(3)


def ctcae_5(row: Row) -> Cells:
    table = {
        **LEE_OXYGEN,
        NONINVASIVE: unless_urgent(row, 3),
        NONINVASIVE_UNDER_40: unless_urgent(row, 2),
    }
    return (
        feverish(row),
        ctcae_5_hypotension(row),
        *breathing(row, table),
        life_threatened(row),
    )


# CTCAE 6.0

LOW_DEVICE, HIGH_DEVICE = "low-flow cannula or blow-by", "high-flow cannula or mask"
CTCAE6_DEVICES = {
    **{
        name: LOW_DEVICE
        for name in SUPPORT
        if name.startswith(("cannula", "blow_by")) and name != "cannula_above_6"
    },
    "cannula_above_6": HIGH_DEVICE,
    "cannula_flow_unknown": FLOW_UNKNOWN,
    **{name: HIGH_DEVICE for name in SUPPORT if name.startswith("device")},
    **{name: NONINVASIVE for name in SUPPORT if name.startswith("noninvasive")},
    **{name: VENTILATOR for name in SUPPORT if name.startswith("ventilator")},
}
"""The devices that the cells name; a cannula above 6 L/min is high flow, as ASTCT says."""


def ctcae_6(row: Row) -> Cells:
    """As 5.0, but oxygen by its device; CPAP and BiPAP stand in no cell."""
    table = {
        NOBODY_KNOWS: unsure(0, 4, DEVICE),
        NOT_NEW: NOTHING,
        "untreated": unsure(2, 4, DEVICE),
        LOW_DEVICE: one(2),
        FLOW_UNKNOWN: unsure(2, 3, FLOW),
        HIGH_DEVICE: one(3),
        NONINVASIVE: unless_urgent(row, 3),
        VENTILATOR: one(4),
    }
    return (
        feverish(row),
        ctcae_5_hypotension(row),
        *breathing(row, table, CTCAE6_DEVICES),
        life_threatened(row),
    )


# Systems

SYSTEMS: dict[str, Callable[[Row], Cells]] = {
    "crs_lee_2014": lee,
    "crs_penn_2018": penn,
    "crs_mskcc_2018": mskcc,
    "crs_cartox_2018": cartox,
    "crs_ctcae_4_03": ctcae_4,
    "crs_ctcae_5_0": ctcae_5,
    "crs_ctcae_6_0": ctcae_6,
}


def before_infusion(row: Row) -> Answer:
    """No sign counts: 0 where what a CRS 0 needs is recorded."""
    state = hypotension(row)
    unrecorded = {
        TEMPERATURE: fever(row) is None,
        HYPOTENSION: state in (MAYBE, MAYBE_UNTREATED),
        VASOPRESSORS: state in (MAYBE, PRESENT),
        DEVICE: row["support"] == "unknown" and row["hypoxia_from"] != "other",
    }
    return zero_unless(name for name, open_question in unrecorded.items() if open_question)


@beside_all_counted
def grade(row: Row, system: str, context: str) -> Answer:
    """`context` is before (the infusion) or after it."""
    if not has_part(row):
        return cannot_tell(NEEDED)
    return before_infusion(row) if context == "before" else answer(SYSTEMS[system](row))
