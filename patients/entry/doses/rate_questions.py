"""What the forms of doses and runs ask about a rate, and about a drug that runs already."""

from __future__ import annotations

from uuid import UUID

from grading.agents import is_rate
from grading.measures import RATE_LIMITS, plain_text
from grading.record import Dose
from grading.rules.signs.vasopressor_dose import rate_of_run
from patients.forms.course_form import CourseForm
from patients.reading.runs_now import open_runs_of_drug
from patients.words import wording


def ask_beside_runs(form: CourseForm, name: str, agent: str) -> list[UUID]:
    """Ask where the drug runs already; the uids of the runs that the question names."""
    runs = open_runs_of_drug(form.bedside.record, agent)
    if not runs:
        return []
    zone, drug = form.bedside.zone, wording.words(agent)
    lines = [
        f"{wording.amount(run.amount, run.unit)} since "
        f"{wording.short_date_and_time(form.bedside.at(run.elapsed), zone)}"
        for run in runs
    ]
    form.ask(
        name,
        f"{drug} beside {' '.join(sorted(run.uid for run in runs))}",
        f"{drug} runs already: {' and '.join(lines)}. For another rate change that run: on the "
        "chart, at the top of the doses.",
        yes=f"a second pump with {drug} runs beside it",
    )
    return [UUID(run.uid) for run in runs]


def ask_about_rate(form: CourseForm, agent: str) -> None:
    """Ask about a rate that is not plausible for its drug, or that stands in another's unit."""
    amount, unit, limits = form.value("amount"), form.value("unit"), RATE_LIMITS.get(agent)
    if amount is None or limits is None or not is_rate(unit):
        return
    drug, typed = wording.words(agent), wording.amount(amount, unit)
    yes = f"yes, it runs at {typed}"
    if unit.startswith("units") != limits.unit.startswith("units"):
        text = f"{drug} is given in {wording.bedside_unit(limits)}. Check the unit."
        form.ask("unit", f"{agent} {unit}", text, yes=yes)
        return
    run = Dose(form.bedside.elapsed, agent, amount=amount, unit=unit)
    rate = rate_of_run(run, form.course.weight_kg)
    if rate is None or not (limits.asks(rate) or limits.refuses(rate)):
        return
    as_limited = f"{wording.number(round(rate, 1))} {wording.bedside_unit(limits)}"
    of_weight = "" if rate == amount else f", {as_limited} at this weight,"
    text = f"{typed}{of_weight} is very high for {drug}. Check the unit and the point."
    form.ask("amount", f"{plain_text(amount)} {unit}", text, yes=yes)
