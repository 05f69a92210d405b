"""The runs of the dose record on the assessment form: what runs, and what the list leaves out.

List and runs of the dose record count together, so that the form asks where they disagree, before
it saves: the answer is put on the list, or the end or the start of the run is stored with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import QueryDict

from grading.agents import CONTINUOUS
from grading.measures import plain_text
from grading.record import Dose
from grading.rules.signs.runs import list_word, one_name
from patients.entry.doses.dose_form import INFUSIONS
from patients.entry.doses.run_fields import (
    RATE_UNITS,
    STARTED,
    RunLine,
    StartLine,
    at_rate,
    capitalized,
    ended_field,
    no_moment,
    started_field,
)
from patients.forms.course_form import CourseForm
from patients.forms.fields import NONE, NumberField, QuestionField, ReasonField
from patients.forms.moments import MomentField
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside
from patients.reading.list_and_runs import (
    MINUTE,
    DrugRun,
    WithoutRun,
    ended_anew,
    left_out,
    may_be_listed,
    open_drugs,
    without_run,
)
from patients.words import wording


class RunsPart(CourseForm):
    """What runs at the time of the entry, and the questions about the list of vasopressors.

    A run that has ended, or one that the dose record has not, is entered by its time beside the
    list; the door stores it together with the assessment.
    """

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside)
        self.fields["runs"] = QuestionField("What runs")
        self._drugs = {ended_field(dose.agent): dose.agent for dose in self._open_ended()}
        tapped = () if data is None else data.getlist("vasopressors")
        self._starting = [agent for agent in STARTED if self._may_start(agent, data, tapped)]
        for name, agent in self._drugs.items():
            self._add(name, MomentField(f"{capitalized(agent)} ended", required=False))
        for agent in self._starting:
            name, label = started_field(agent), capitalized(agent)
            self._add(name, MomentField(f"{label} started", required=False))
            self._add(f"{name}_rate", NumberField(required=False, label="Rate"))
            self._add(f"{name}_unit", ReasonField("Unit of the rate", RATE_UNITS, empty="unit"))

    def _open_ended(self) -> list[Dose]:
        """The runs of the record without an end, whenever they began, those that a form names."""
        return [
            dose
            for dose in self.bedside.record.doses
            if dose.drug_class in CONTINUOUS
            and dose.is_run()
            and (dose.ended is None or f"{ended_field(dose.agent)}_time" in self.data)
        ]

    def _may_start(self, agent: str, data: QueryDict | None, tapped: Collection[str]) -> bool:
        """Whether the form asks for the start of a run of this drug: it is on the list."""
        return data is not None and (agent in tapped or f"{started_field(agent)}_time" in data)

    def _add(self, name: str, field: Any) -> None:
        if isinstance(field, MomentField):
            field.at(name, self.bedside)
        self.fields[name] = field

    # The page

    def observed(self) -> datetime:
        """The time of the entry as it is typed; the time that the form was opened with before."""
        at: datetime = self.value("observed_at") or self.initial["observed_at"]
        return at

    def open_runs(self) -> list[RunLine]:
        """The runs without an end that began before the entry, each with the field for its end."""
        open_ones = open_drugs(self.bedside.record.doses, self._elapsed())
        return [
            RunLine(
                text=f"{at_rate(run)}, runs since {self._clock(run.started)}",
                field=self[name],
                now=self._fill("it has ended", name, self.observed()),
                back=Offer.of("it still runs", no_moment(name)),
            )
            for run in open_ones
            if run.ended is None and (name := ended_field(run.agent)) in self.fields
        ]

    def starts(self) -> list[StartLine]:
        """The agents of the list whose start the form asks for, or has."""
        is_asked = {each.agent for each in self._without_run()} if self.is_bound else set()
        names = {agent: started_field(agent) for agent in self._starting}
        return [
            StartLine(
                wording.words(agent),
                self[name],
                self[f"{name}_rate"],
                self[f"{name}_unit"],
                Offer.of("record no start", no_moment(name)),
            )
            for agent, name in names.items()
            if agent in is_asked or f"{name}_time" in self.data
        ]

    def off_the_page(self) -> set[str]:
        """The fields for ends and starts that do not stand on the page."""
        own = {*self._drugs}
        for agent in self._starting:
            name = started_field(agent)
            own |= {name, f"{name}_rate", f"{name}_unit"}
        shown = {line.field.name for line in self.open_runs()}
        for line in self.starts():
            shown |= {field.name for field in (line.started, line.rate, line.unit)}
        return own - shown

    # What is stored

    def ended_at(self) -> dict[str, datetime]:
        """The end that was entered of each drug that runs."""
        ends = ((agent, self.value(name)) for name, agent in self._drugs.items())
        return {agent: at for agent, at in ends if at is not None}

    def ended_uids(self) -> dict[str, datetime]:
        """The end of each run that the form ends, by its uid.

        One that got its end after the form was opened is among them: the door compares both.
        """
        doses, infused_at = self.bedside.record.doses, self.course.infused_at
        ends: dict[str, datetime] = {}
        for agent, at in self.ended_at().items():
            runs = [dose for dose in doses if one_name(dose.agent) == one_name(agent)]
            open_ones = [dose for dose in runs if dose.is_run() and dose.ended is None]
            last = [dose for dose in runs if dose.is_run() and dose.ended is not None][-1:]
            for dose in ended_anew(open_ones, agent, at - infused_at) or last:
                ends[dose.uid] = at
        return ends

    def new_runs(self) -> list[dict[str, Any]]:
        """The runs of which the start was entered, by the fields of a dose."""
        return [
            {
                "uid": self._uid_of_start(agent),
                "agent": agent,
                "given_at": started_at,
                "amount": self.value(f"{started_field(agent)}_rate"),
                "unit": self.value(f"{started_field(agent)}_unit"),
                "route": "IV",
            }
            for agent in self._starting
            if (started_at := self.value(started_field(agent))) is not None
        ]

    def doses_then(self) -> tuple[Dose, ...]:
        """The doses of the record with the ends and starts that the form would store."""
        infused_at, doses = self.course.infused_at, self.bedside.record.doses
        if not self.ended_at() and not self.new_runs():
            return doses
        ended = {
            dose.uid: dose
            for agent, at in self.ended_at().items()
            for dose in ended_anew(doses, agent, at - infused_at)
        }
        started = [
            Dose(run["given_at"] - infused_at, run["agent"], "", run["amount"], run["unit"])
            for run in self.new_runs()
        ]
        return tuple(
            sorted(
                [*(ended.get(dose.uid, dose) for dose in doses), *started],
                key=lambda dose: dose.elapsed,
            )
        )

    # Questions and refusals

    def look_at_runs(self) -> None:
        """Refuse ends and starts that cannot be; ask where list and runs disagree."""
        self._look_at_ends()
        self._look_at_starts()
        listed, is_denied = self.value("vasopressors"), self.value("hypotension") is False
        if "vasopressors" in self.errors or (listed is None and not is_denied):
            return
        for run in left_out(self.doses_then(), listed, self._elapsed()):
            self._ask_about_run(run, listed)
        for each in self._without_run():
            self._ask_about_agent(each, listed or [])

    def _look_at_ends(self) -> None:
        for name, agent in self._drugs.items():
            at = self.value(name)
            runs = [dose for dose in self._open_ended() if dose.agent == agent]
            infused_at = self.course.infused_at
            if at is not None and (at - infused_at) // MINUTE < runs[0].elapsed // MINUTE:
                start = self._clock(runs[0].elapsed)
                self.refuse(name, f"{capitalized(agent)} runs since {start}: the end is before it.")

    def _look_at_starts(self) -> None:
        for agent in self._starting:
            name = started_field(agent)
            rate, at = self.value(f"{name}_rate"), self.value(name)
            if at is not None and (running := self._run_of_another(agent)) is not None:
                since = self._clock(running.elapsed)
                text = f"{capitalized(agent)} runs since {since} already: record no other start."
                offer = Offer.of("record no start", no_moment(name))
                self.refuse(name, text, offers=[offer])
            if rate is not None and at is None and name not in self.errors:
                self.refuse(name, f"Enter when {wording.words(agent)} started.")
            if rate is not None and self.value(f"{name}_unit") is None:
                self.refuse(f"{name}_unit", f"Choose the unit of {plain_text(rate)}.")
            if rate == 0:
                self.refuse(f"{name}_rate", "A rate of 0 does not run. Leave it empty if unknown.")

    def _run_of_another(self, agent: str) -> Dose | None:
        """A run of this drug that somebody started since the form was opened."""
        own = str(self._uid_of_start(agent))
        runs = [run for run in self._open_ended() if run.agent == agent and run.uid != own]
        return runs[0] if runs else None

    def _uid_of_start(self, agent: str) -> UUID:
        return uuid5(self.value("uid") or uuid4(), started_field(agent))

    def _ask_about_run(self, run: DrugRun, listed: Sequence[str] | None) -> None:
        """Ask about a run that the list leaves out: on the list as well, or ended by then."""
        since, drug = self._clock(run.started), at_rate(run)
        text = f"{capitalized(drug)} runs since {since} by the dose record"
        if run.ended is not None:
            until = self._clock(run.ended)
            text = f"{capitalized(drug)} ran from {since} to {until} by the dose record"
        answer = "the list says none" if listed == [] else "the list leaves it out"
        text = f"{text}, and {answer if listed is not None else '“no hypotension” is tapped'}."
        word = list_word(run.agent)
        offers = [
            Offer.of("add it to the list", {"vasopressors": [*(listed or []), word]}, saves=True)
        ]
        name, yes = ended_field(run.agent), ""
        if run.may_be_end and name in self.fields:
            clock = self._clock(self._elapsed())
            offers.append(self._fill(f"it ended at {clock}", name, self.observed(), saves=True))
        elif run.started // MINUTE >= self._elapsed() // MINUTE:
            yes = "it began just after these findings"
        else:
            yes = "it did not run: the dose record is wrong"
        if may_be_listed(run.agent, self.doses_then(), listed or (), self._elapsed()):
            yes = "it is one of those on the list"
        about = f"{run.agent} of {since} beside {','.join(listed or [])}"
        self.ask_at_saving("runs", about, text, yes=yes, offers=offers)

    def _ask_about_agent(self, each: WithoutRun, listed: Sequence[str]) -> None:
        """Ask about an agent of the list that does not run by the dose record."""
        agent, name = each.agent, started_field(each.agent)
        drug = capitalized(agent)
        text = f"{drug} is on the list, and the dose record has no run of it."
        offers = [self._fill("record its start", name, self.observed(), unit=agent)]
        if (started_at := self.value(name)) is not None:
            late = self._clock(started_at - self.course.infused_at)
            text = f"{drug} is on the list, and it started only at {late}."
            clock = self._clock(self._elapsed())
            offers = [self._fill(f"it started at {clock}", name, self.observed(), saves=True)]
        if each.ended is not None:
            if started_at is None:
                text = (
                    f"{drug} is on the list; by the dose record it ended {self._clock(each.ended)}."
                )
            others = [other for other in listed if other != agent] or [NONE]
            offers.insert(0, Offer.of("take it off the list", {"vasopressors": others}, saves=True))
        yes = "it runs, the dose record has it not"
        self.ask_at_saving("runs", f"{agent} without a run", text, yes=yes, offers=offers)

    def _without_run(self) -> list[WithoutRun]:
        bedside = self.bedside
        left_out_uid = "" if bedside.leaving_out is None else str(bedside.leaving_out.uid)
        listed = self.value("vasopressors") or ()
        doses, at = self.doses_then(), self._elapsed()
        return without_run(bedside.record, doses, listed, at, left_out_uid)

    def _elapsed(self) -> timedelta:
        return self.observed() - self.course.infused_at

    def _clock(self, elapsed: timedelta) -> str:
        return wording.clock_or_date(self.bedside.at(elapsed), self.now, self.bedside.zone)

    def _fill(
        self, label: str, name: str, at: datetime, *, unit: str = "", saves: bool = False
    ) -> Offer:
        """One tap that puts a time into a field, and for a start the usual unit of the drug."""
        widget = self.fields[name].widget
        parts = zip(widget.widgets_names, widget.decompress(at), strict=True)
        values = {f"{name}{part}": "" if value is None else value for part, value in parts}
        values[f"{name}_time"] = f"{values[f'{name}_time']:%H:%M}"
        if unit in INFUSIONS:
            values[f"{name}_unit"] = INFUSIONS[unit][0]
        return Offer.of(label, values, saves=saves)
