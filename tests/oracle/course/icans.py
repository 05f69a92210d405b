"""ICANS by ASTCT 2019 over a course: ICE or CAPD and the other domains, attribution, episodes."""

from __future__ import annotations

from tests.oracle.course.crs import signs_put_aside, with_all_counted
from tests.oracle.course.decisions import attribution_at
from tests.oracle.course.document import Course, Entry
from tests.oracle.course.episodes import Episodes, Verdict
from tests.oracle.course.signs import ABSENT, Sign

PART = (
    "ice_total",
    "ice_not_done",
    "capd_total",
    "capd_not_done",
    "consciousness",
    "seizure",
    "motor",
    "icp",
)
CONSCIOUSNESS = {"spontaneous": 0, "voice": 2, "touch": 3, "unarousable": 4}
SEIZURE = {"none": (0, 0), "resolved": (3, 3), "prolonged": (4, 4), "present": (3, 4)}
EDEMA = {"focal_edema", "diffuse_edema"}
CAPD_BELOW_YEARS = 12
ICE_POINTS = 10


def has_part(entry: Entry) -> bool:
    items = entry.get("ice") or {}
    scored = any(points is not None for points in items.values())
    return scored or any(entry.get(key) is not None for key in PART)


def grade_icans(course: Course) -> tuple[list[Verdict], Episodes]:
    """A verdict for every assessment, in order of time, and the episodes."""
    episodes, verdicts = Episodes(), []
    for place, entry in enumerate(course.assessments):
        attribution, origins = attribution_at(course, place)
        if not has_part(entry):
            verdicts.append(Verdict())
        elif entry.hour < 0:
            verdicts.append(before_the_infusion(course, entry, attribution))
        else:
            episodes.come_to(entry.hour)
            verdict = verdict_of(course, entry, attribution)
            counted = all_counted(attribution)
            whole = verdict_of(course, entry, counted)
            aside = signs_put_aside(attribution, signs_there(course, entry, counted))
            verdicts.append(with_all_counted(verdict, whole, aside, origins))
            episodes.add(entry.hour, verdicts[-1])
    return verdicts, episodes


def signs_there(course: Course, entry: Entry, attribution: dict[str, str]) -> dict[str, bool]:
    """Each sign of ICANS with whether it gives a grade."""
    score = score_of(course, entry, attribution)
    domains = domains_of(entry, attribution)
    there = {name.lower(): domain.low > 0 for name, domain in domains.items()}
    return {"ice": score is not None and score.low > 0} | there


def all_counted(attribution: dict[str, str]) -> dict[str, str]:
    return {sign: "car_t" if cause == "other" else cause for sign, cause in attribution.items()}


def before_the_infusion(course: Course, entry: Entry, attribution: dict[str, str]) -> Verdict:
    """No sign counts: 0 where score and every other domain are recorded, else null."""
    score = score_of(course, entry, attribution)
    domains = domains_of(entry, attribution)
    fields = {"consciousness", "seizure", "motor", "ICP"}
    absent = {name for name in fields if not is_recorded(entry, name, domains[name])}
    if score is not None and not absent:
        return Verdict(grade=0)
    return Verdict(missing=frozenset(absent))


def is_recorded(entry: Entry, name: str, domain: Sign) -> bool:
    return domain is ABSENT or entry.get(name.lower()) is not None


def verdict_of(course: Course, entry: Entry, attribution: dict[str, str]) -> Verdict:
    """The most severe domain; null where the score was not done and nothing else is positive."""
    score = score_of(course, entry, attribution)
    domains = domains_of(entry, attribution)
    low = max(domain.low for domain in domains.values())
    if score is None:
        if low == 0:
            return Verdict()
        worst_score = 4 if domains["consciousness"].high > domains["consciousness"].low else 3
        highest = max(worst_score, *(domain.high for domain in domains.values()))
        return Verdict(low, highest > low)
    low = max(low, score.low)
    return Verdict(low, max(score.high, *(domain.high for domain in domains.values())) > low)


def uses_capd(course: Course, entry: Entry) -> bool:
    """Below 12 years or with developmental delay; age unknown: what was scored."""
    age = course.age_years()
    if course.patient.get("developmental_delay") is True:
        return True
    if age is not None:
        return age < CAPD_BELOW_YEARS
    ice = entry.get("ice_total"), entry.get("ice"), entry.get("ice_not_done")
    return all(value is None for value in ice) and (
        entry.get("capd_total") is not None or entry.get("capd_not_done") is not None
    )


def score_of(course: Course, entry: Entry, attribution: dict[str, str]) -> Sign | None:
    """The domain of ICE or CAPD; None where it was not done."""
    score = capd_of(entry) if uses_capd(course, entry) else ice_of(entry)
    if score is not None and attribution.get("ice") == "other":
        return ABSENT
    return score


def ice_of(entry: Entry) -> Sign | None:
    reason = entry.get("ice_not_done")
    if reason in {"unarousable", "aphasia"}:
        grade = 4 if reason == "unarousable" else 3
        return Sign(grade, grade)
    items = entry.get("ice")
    if items:
        return ice_by_items(items)
    total = entry.get("ice_total")
    return None if total is None else Sign(grade_of_ice(total), grade_of_ice(total))


def ice_by_items(items: dict[str, int | None]) -> Sign | None:
    """Items that were scored bound the total: the points already lost are lost."""
    worth = dict.fromkeys(
        ("year", "month", "city", "hospital", "naming", "command", "writing", "attention"), 1
    ) | {"naming": 3}
    scored = {name: points for name, points in items.items() if points is not None}
    lost = sum(worth[name] - points for name, points in scored.items())
    unscored = sum(points for name, points in worth.items() if name not in scored)
    best, worst = ICE_POINTS - lost, ICE_POINTS - lost - unscored
    if not scored or (unscored and not grade_of_ice(best)):
        return None
    return Sign(grade_of_ice(best), grade_of_ice(worst))


def grade_of_ice(total: int) -> int:
    if total >= 10:
        return 0
    if total >= 7:
        return 1
    return 2 if total >= 3 else 3


def capd_of(entry: Entry) -> Sign | None:
    if entry.get("capd_not_done") == "unarousable":
        return Sign(4, 4)
    total = entry.get("capd_total")
    if total is None:
        return None
    grade = 0 if total == 0 else 1 if total <= 8 else 3
    return Sign(grade, grade)


def domains_of(entry: Entry, attribution: dict[str, str]) -> dict[str, Sign]:
    """Consciousness, seizure, motor and ICP; what has another cause is absent."""
    elsewhere = {sign for sign, cause in attribution.items() if cause == "other"}
    domains = {
        "consciousness": consciousness_of(entry),
        "seizure": ranged(entry.get("seizure"), SEIZURE),
        "motor": motor_of(entry),
        "ICP": icp_of(entry),
    }
    return {
        name: ABSENT if name.lower() in elsewhere else domain for name, domain in domains.items()
    }


def ranged(word: str | None, grades: dict[str, tuple[int, int]]) -> Sign:
    return Sign(0, 4) if word is None else Sign(*grades[word])


def consciousness_of(entry: Entry) -> Sign:
    """Under sedation consciousness is taken out of the grade."""
    if "sedated" in {entry.get("ice_not_done"), entry.get("capd_not_done")}:
        return ABSENT
    word = entry.get("consciousness")
    return Sign(0, 4) if word is None else Sign(CONSCIOUSNESS[word], CONSCIOUSNESS[word])


def motor_of(entry: Entry) -> Sign:
    word = entry.get("motor")
    if word is None:
        return Sign(0, 4)
    return Sign(4, 4) if word == "deep_focal_weakness" else ABSENT


def icp_of(entry: Entry) -> Sign:
    """With an intracranial hemorrhage focal and diffuse edema do not count."""
    signs = entry.get("icp")
    if signs is None:
        return Sign(0, 4)
    bled = "intracranial_hemorrhage" in (entry.get("other_neuro") or ())
    counted = set(signs) - (EDEMA if bled else set())
    if not counted:
        return ABSENT
    return Sign(3, 3) if counted == {"focal_edema"} else Sign(4, 4)
