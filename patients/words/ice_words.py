"""How ICE is made with a patient, in words: what to ask, in which language, what was known before.

The ward's own sentence and objects stand where the patient has none, and there the example of
ASTCT 2019. A known deficit is told beside a score; no score is corrected for it (ASTCT 2019 has no
correction for what was so before: the clinician attributes).
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.vocabulary import IceItem
from patients.models import Course, Ward
from patients.models.ice.ice_settings import Interpreter

ASTCT_SENTENCE = "Our national bird is the bald eagle."
"""The example of ASTCT 2019."""
USUAL_OBJECTS = "clock, pen, button"


@dataclass(frozen=True, slots=True)
class IceAsked:
    """What every nurse asks this patient. `deficit` is empty where none is known."""

    sentence: str
    objects: str
    language: str
    interpreter: str
    deficit: str
    items: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        parts = (
            f"Write: “{self.sentence}”",
            f"Objects: {self.objects}.",
            self._spoken(),
            f"Known: {self.deficit_in_words}." if self.deficit else "",
        )
        return " ".join(filter(None, parts))

    def _spoken(self) -> str:
        words = " ".join(filter(None, (self.language and f"in {self.language}", self.interpreter)))
        return f"{words[0].upper()}{words[1:]}." if words else ""

    @property
    def deficit_in_words(self) -> str:
        touched = f" (touches {self.items})" if self.items else ""
        return f"{self.deficit.rstrip('.')}{touched}" if self.deficit else ""

    def question(self, item: IceItem, usual: str) -> str:
        """The question of an item, with the sentence and the objects of this patient."""
        if item is IceItem.WRITING:
            return f"“Please write: {self.sentence}”"
        if item is IceItem.NAMING:
            return f"Point at three things in the room, one after the other: {self.objects}."
        return usual


def usual_ice(ward: Ward) -> IceAsked:
    """What the ward asks whoever has nothing of their own."""
    return IceAsked(
        ward.ice_sentence or ASTCT_SENTENCE, ward.ice_objects or USUAL_OBJECTS, *[""] * 4
    )


def ice_of(course: Course) -> IceAsked:
    """What is asked the patient of this course."""
    usual = usual_ice(course.ward)
    spoken = Interpreter.NONE if course.ice_interpreter == "" else course.ice_interpreter
    listed = filter(None, course.ice_deficit_items.split(", "))
    return IceAsked(
        sentence=course.ice_sentence or usual.sentence,
        objects=course.ice_objects or usual.objects,
        language=course.ice_language,
        interpreter="" if spoken == Interpreter.NONE else str(Interpreter(spoken).label),
        deficit=course.ice_known_deficit,
        items=", ".join(_item(name) for name in listed),
    )


def _item(name: str) -> str:
    return {"attention": "counting back"}.get(name, name)
