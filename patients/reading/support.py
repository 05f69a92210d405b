"""The support of a patient at one moment: the last assessment, with what runs since then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grading.agents import DrugClass
from grading.record import Dose, Findings, Record
from grading.rules.signs.runs import (
    Running,
    ended_between,
    list_word,
    one_name,
    running_at,
    with_ends,
)


@dataclass(frozen=True, slots=True)
class Support:
    """What holds pressure and saturation, as far as it was recorded up to this moment.

    last        the latest assessment in which oxygen or vasopressors were recorded; hypotension and
                bolus in it are those of a later entry, where one says so
    running     the vasopressors and inotropes of this moment, by the runs and by the last list
    over        the runs that ended since that assessment, of agents that do not run any more
    agents      `running` as the list names them; None where neither list nor run says anything
    hypotension that of `last`; a vasopressor that runs makes it true, and where one ended since, a
                hypotension of then is not known any more
    """

    last: Findings | None
    running: tuple[Running, ...]
    over: tuple[Dose, ...]
    agents: tuple[str, ...] | None
    hypotension: bool | None

    def is_changed(self) -> bool:
        """Whether a run began or ended since the last assessment, or none came before it."""
        last = self.last
        if last is None or self.over:
            return True
        return any(each.is_run and each.since > last.elapsed for each in self.running)


def support_at(record: Record, elapsed: timedelta, leaving_out: str = "") -> Support | None:
    """The support at this moment; None where nobody recorded any.

    `leaving_out` is the uid of an assessment that is about to be corrected.
    """
    last = _with_later_answers(record, elapsed, leaving_out)
    running = running_at(record, elapsed, leaving_out)
    if last is None and not running:
        return None
    since = None if last is None else last.elapsed
    ended = [] if since is None else ended_between(with_ends(record.doses), since, elapsed)
    still_on = {one_name(each.agent) for each in running}
    over = tuple(dose for dose in ended if one_name(dose.agent) not in still_on)
    words = dict.fromkeys(list_word(each.agent) for each in running)
    is_list_unknown = last is None or last.vasopressors is None
    return Support(
        last=last,
        running=running,
        over=over,
        agents=None if is_list_unknown and not words else tuple(words),
        hypotension=_hypotension(last, running, over),
    )


def _with_later_answers(record: Record, elapsed: timedelta, leaving_out: str) -> Findings | None:
    """The latest assessment with oxygen or vasopressors; it takes hypotension and bolus from those
    that came after it."""
    hypotension = fluid_bolus = None
    for findings in reversed(record.findings):
        if findings.elapsed > elapsed or (leaving_out and findings.uid == leaving_out):
            continue
        hypotension = findings.hypotension if hypotension is None else hypotension
        fluid_bolus = findings.fluid_bolus if fluid_bolus is None else fluid_bolus
        if findings.oxygen_device is not None or findings.vasopressors is not None:
            return findings._replace(hypotension=hypotension, fluid_bolus=fluid_bolus)
    return None


def _hypotension(
    last: Findings | None, running: tuple[Running, ...], over: tuple[Dose, ...]
) -> bool | None:
    if any(each.drug_class == DrugClass.VASOPRESSOR for each in running):
        return True
    before = None if last is None else last.hypotension
    is_treatment_over = any(dose.drug_class == DrugClass.VASOPRESSOR for dose in over)
    return None if before is True and is_treatment_over else before
