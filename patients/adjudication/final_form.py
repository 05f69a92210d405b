"""The form of a physician's final grade, which stands beside the computed one."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from grading.vocabulary import Decision, GradedToxicity
from patients.adjudication.sign_form import DecisionForm, ReasonText
from patients.forms.fields import PointsField
from patients.forms.moments import MomentField
from patients.reading.bedside import Bedside

FINAL_GRADES = [(str(grade), str(grade)) for grade in range(6)]


class FinalGradeForm(DecisionForm):
    """The form of the final grade of one toxicity: the highest of the course, as it is judged."""

    final_grade = PointsField(
        "Highest grade of the course", FINAL_GRADES, help_text="as you judge it, by ASTCT 2019"
    )
    onset_at = MomentField("Onset", required=False)
    resolved_at = MomentField("Resolved", required=False)
    reason = ReasonText()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        toxicity: GradedToxicity,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.toxicity = toxicity
        self.saving = saving

    def clean(self) -> None:
        """A final grade has a reason; it resolves after its onset."""
        if self.value("final_grade") is None:
            self.refuse("final_grade", "Tap the grade.")
        if not (self.value("reason") or "").strip():
            self.refuse("reason", "Say the reason in a few words.")
        onset, resolved = self.value("onset_at"), self.value("resolved_at")
        if self.value("final_grade") == 0 and (onset is not None or resolved is not None):
            self.refuse("onset_at", "Grade 0 has neither onset nor resolution: leave both open.")
        if onset is not None and resolved is not None and resolved < onset:
            self.refuse("resolved_at", "It cannot resolve before its onset. Check both times.")

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of an adjudication."""
        values = {name: self.value(name) for name in ("uid", "onset_at", "resolved_at")}
        return values | {
            "grade": self.value("final_grade"),
            "decision": Decision.FINAL_GRADE.value,
            "toxicity": self.toxicity.value,
            "reason": (self.value("reason") or "").strip(),
        }
