"""CRS at each assessment of a course, ASTCT consensus 2019.

Purpose   grade cytokine release syndrome from temperature, hypotension and hypoxia.
Use       after any CAR-T infusion; needs the whole course, because fever is no longer required
          once a patient who has CRS has had an antipyretic, an anti-cytokine drug or a steroid.
Order     the facts of an assessment (`bedside_facts`), the table (`table`), the waiver of the fever
          (`waiver`), the review where there is none (`review`), the episode.
Not for   attribution (a clinician attributes signs to another cause), nor any older CRS scale.
Source    ASTCT_2019, CRS table with footnotes; the review's Table 2.
"""

from __future__ import annotations

from collections.abc import Sequence

from grading.engine.course.episodes import EpisodeTracker, summarize
from grading.engine.result import Result, SystemGrades, worst
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.crs.astct_2019.answer import NO_CRS_PART, TableAnswer
from grading.rules.crs.astct_2019.review import bare_result_of, result_of
from grading.rules.crs.astct_2019.table import CRITERIA, FOOTNOTES
from grading.rules.crs.astct_2019.waiver import FeverOfCourse, with_fever_counted
from grading.rules.crs.bedside_facts import CRS_FACTS_READ, NEEDED_FOR_CRS, ReadFacts, read
from grading.rules.signs.attribution import behind, beside_all_counted, undetermined
from grading.sources import ASTCT_2019


def answer_at(findings: Findings, record: Record, local: LocalRules) -> TableAnswer:
    """The facts of an assessment, and the table's answer to them.

    Where a sign is put down to another cause, beside it the answer with every sign counted.
    """
    if not findings.has_crs_part():
        return NO_CRS_PART
    reading = read(findings, record, local)
    answer = _ask_table(reading)
    if reading.all_counted is not None:
        all_counted = _ask_table(reading.all_counted)
        answer.all_counted = all_counted.without_reasons()
        answer.away = behind(all_counted.met, CRITERIA, reading.away)
    return answer


def _ask_table(reading: ReadFacts) -> TableAnswer:
    facts, findings = reading.facts, reading.facts.findings
    cautions = list(reading.cautions)
    met, could_raise = worst(CRITERIA, facts)
    if findings.elapsed >= INFUSION:
        cautions += undetermined(met, CRITERIA, findings)
    highest = met[0].grade if met else 0
    return TableAnswer(facts.fever, highest, could_raise, facts.unrecorded(), met, tuple(cautions))


def results_in_course(
    record: Record, local: LocalRules, answers: Sequence[TableAnswer], *, reasons: bool = True
) -> SystemGrades:
    """The result of every assessment in its course: waiver, review and episode."""
    episode = EpisodeTracker(local)
    fever_of_course = FeverOfCourse(record, local, episode)
    result_for = result_of if reasons else bare_result_of
    results: list[Result] = []
    for findings, answer in zip(record.findings, answers, strict=True):
        if not answer.has_part:
            results.append(Result(missing=NEEDED_FOR_CRS))
            continue
        episode.arrive(findings.elapsed)
        fever, dose = fever_of_course.at(findings, answer)
        result = result_for(answer, fever, dose)
        whole = answer.all_counted
        if whole is not None:
            if whole.fever is not answer.fever:
                fever, dose = fever_of_course.at(with_fever_counted(findings), whole)
            all_counted = result_for(whole, fever, dose)
            result = beside_all_counted(result, all_counted, answer.away, reasons=reasons)
        episode.observe(findings.elapsed, result)
        results.append(result)
    summary = summarize(record, results, episode.episodes, toxicity="crs")
    return SystemGrades(tuple(results), summary)


SYSTEM = System(
    key="crs_astct_2019",
    toxicity="crs",
    name="CRS",
    standard="ASTCT",
    year=2019,
    ask=answer_at,
    reads=CRS_FACTS_READ,
    in_course=results_in_course,
    has_part=Findings.has_crs_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=ASTCT_2019,
    primary=True,
)
