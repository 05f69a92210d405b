"""Fever, hypotension and hypoxia of one entry: the grade each has at least, and at most."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.course.document import Course, Entry, exact
from tests.oracle.course.running import Running, running_at

FEVER_FROM_C = 38
ADULT_FROM_YEARS = 18
CPAP_OR_BIPAP = {"cpap", "bipap"}
POSITIVE_PRESSURE = CPAP_OR_BIPAP | {"mechanical_ventilation"}
BY_DEVICE = {
    "blow_by": 2,
    "facemask": 3,
    "venturi": 3,
    "nonrebreather": 3,
    "high_flow_nasal_cannula": 3,
}
LOW_FLOW_UP_TO_L_MIN = 6


@dataclass
class Sign:
    """A sign: the lowest and highest grade it may be, and what would settle it."""

    low: int
    high: int
    missing: frozenset[str] = frozenset()


ABSENT = Sign(0, 0)
UNTREATED_HYPOXIA = Sign(2, 4, frozenset({"oxygen device"}))


@dataclass
class Signs:
    """All signs of CRS in one entry. `fever` is None where nobody measured it."""

    fever: bool | None
    hypotension: Sign
    hypoxia: Sign
    unrecorded: frozenset[str]
    """The fields that CRS 0 needs and that are not recorded."""


def signs_of(course: Course, entry: Entry, attribution: dict[str, str]) -> Signs:
    """The signs under an attribution; one put down to another cause is absent and not missing."""
    elsewhere = {sign for sign, cause in attribution.items() if cause == "other"}
    running = running_at(course, entry)
    fever = False if "fever" in elsewhere else fever_of(entry)
    hypotension = ABSENT if "hypotension" in elsewhere else hypotension_of(course, entry, running)
    hypoxia = ABSENT if "hypoxia" in elsewhere else hypoxia_of(course, entry)
    unrecorded = {"temperature"} if fever is None else set()
    if "hypotension" not in elsewhere:
        unrecorded |= unrecorded_of_pressure(course, entry, running)
    if "hypoxia" not in elsewhere and entry.get("oxygen_device") is None:
        unrecorded |= {"oxygen device"}
    return Signs(fever, hypotension, hypoxia, frozenset(unrecorded))


def fever_of(entry: Entry) -> bool | None:
    temperature = entry.number("temperature_c")
    return entry.get("fever") if temperature is None else temperature >= FEVER_FROM_C


def hypotension_of(course: Course, entry: Entry, running: Running) -> Sign:
    """Hypotension by what runs, by the answer, or by the pressure."""
    low, high = running.bounds()
    if running.counts:
        missing = frozenset({"vasopressors"}) if high > low else frozenset()
        return Sign(low, high, missing)
    present = is_hypotensive(course, entry, running)
    if present is False:
        return ABSENT
    unlisted = frozenset({"vasopressors"}) if running.list_is_unknown else frozenset()
    high = 4 if running.list_is_unknown else 2
    if present is True:
        return Sign(2, high, unlisted)
    return Sign(0, high, unlisted | {"hypotension"})


def is_hypotensive(course: Course, entry: Entry, running: Running) -> bool | None:
    """The answer; where there is none, a low pressure, or a normal one while nothing runs."""
    answer = entry.get("hypotension")
    if answer is not None:
        return answer
    low = is_pressure_low(course, entry)
    if low is True:
        return True
    return False if low is False and running.nothing_at_all else None


def unrecorded_of_pressure(course: Course, entry: Entry, running: Running) -> set[str]:
    """Hypotension and vasopressors, as far as CRS 0 needs them and nothing answers them.

    An agent that runs answers both.
    """
    unlisted = {"vasopressors"} if running.list_is_unknown else set()
    if running.counts:
        return set()
    present = is_hypotensive(course, entry, running)
    if present is False:
        return set()
    return unlisted if present is True else unlisted | {"hypotension"}


def is_pressure_low(course: Course, entry: Entry) -> bool | None:
    """Whether the pressure is below the limit of the age; None where it cannot be told."""
    systolic, diastolic = entry.number("systolic_mmhg"), entry.number("diastolic_mmhg")
    age = course.age_years()
    if age is not None and age < ADULT_FROM_YEARS:
        return None if systolic is None else systolic < limit_of_child(age)
    usual = exact(course.baseline.get("systolic_mmhg"))
    if usual is not None and usual <= 95:
        return None if systolic is None else systolic < 90 and usual - systolic >= 10
    if systolic is None:
        return None
    by_mean = diastolic is not None and (systolic + 2 * diastolic) / 3 < 65
    return systolic < 90 or by_mean


def limit_of_child(age: Fraction) -> int:
    years = age // 1
    if years > 10:
        return 90
    return 70 + 2 * years if years >= 1 else 70


def is_saturation_low(course: Course, entry: Entry) -> bool:
    saturation, age = entry.number("spo2_percent"), course.age_years()
    if saturation is None:
        return False
    child = age is not None and age < ADULT_FROM_YEARS
    return saturation < 90 if child else saturation <= 90


def hypoxia_of(course: Course, entry: Entry) -> Sign:
    """Hypoxia by the device, beyond what the patient had at home."""
    device = entry.get("oxygen_device")
    if device is None:
        unknown = Sign(0, 4, frozenset({"oxygen device"}))
        return UNTREATED_HYPOXIA if is_saturation_low(course, entry) else unknown
    if device in POSITIVE_PRESSURE:
        return Sign(4, 4) if is_for_hypoxia(course, entry, device) else ABSENT
    if device == "room_air":
        return UNTREATED_HYPOXIA if is_saturation_low(course, entry) else ABSENT
    if device == "nasal_cannula":
        return cannula(course, entry)
    return Sign(BY_DEVICE[device], BY_DEVICE[device])


def is_for_hypoxia(course: Course, entry: Entry, device: str) -> bool:
    reason = entry.get("positive_pressure_for")
    if reason is None:
        return not (device in CPAP_OR_BIPAP and course.baseline.get("home_cpap") is True)
    return reason == "hypoxia"


def cannula(course: Course, entry: Entry) -> Sign:
    """A nasal cannula by its flow, against the flow at home."""
    flow, unknown_flow = entry.number("oxygen_flow_l_min"), frozenset({"oxygen flow"})
    if course.baseline.get("oxygen_device") != "nasal_cannula":
        if flow is None:
            return Sign(2, 3, unknown_flow)
        return Sign(2, 2) if flow <= LOW_FLOW_UP_TO_L_MIN else Sign(3, 3)
    at_home = exact(course.baseline.get("oxygen_flow_l_min"))
    if flow is None or at_home is None:
        low_flow = flow is not None and flow <= LOW_FLOW_UP_TO_L_MIN
        if is_saturation_low(course, entry):  # more oxygen, or hypoxia on the oxygen of home
            missing = frozenset() if low_flow else unknown_flow
            return Sign(2, 4, UNTREATED_HYPOXIA.missing | missing)
        return Sign(0, 2 if low_flow else 3, unknown_flow)
    if flow > at_home:
        return Sign(2, 2) if flow <= LOW_FLOW_UP_TO_L_MIN else Sign(3, 3)
    return UNTREATED_HYPOXIA if is_saturation_low(course, entry) else ABSENT
