"""The form that says how ICE is made with a patient: every nurse uses the same sentence."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from grading.vocabulary import IceItem
from patients.admission.change_form import AmendForm
from patients.admission.person_form import NameField
from patients.forms.buttons import buttons_of
from patients.forms.fields import ListField, TapField, TextField
from patients.models.ice.ice_settings import ICE_SETTINGS, Interpreter
from patients.reading.bedside import Bedside

OBJECTS = 3
FIRST_REASON = "set at the bedside"


class IceSettingsForm(AmendForm):
    """What is left empty is that of the ward. The reason is needed once something was stored."""

    ice_sentence = NameField("Sentence to write", most=160)
    ice_objects = NameField("Objects to name", most=120, help_text="Three, with commas.")
    ice_language = NameField(
        "Language", most=60, help_text="The language in which the patient answers."
    )
    ice_interpreter = TapField("Interpreter", Interpreter.choices)
    ice_known_deficit = NameField(
        "Known before the infusion",
        most=200,
        help_text="Aphasia since a stroke, dementia, cannot write: right arm in plaster.",
    )
    ice_deficit_items = ListField("It touches", buttons_of(IceItem), none="no item")
    reason = TextField("Why is it changed?", most=400)

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.initial.update({name: getattr(self.course, name) for name in ICE_SETTINGS})
        listed = self.course.ice_deficit_items
        self.initial["ice_deficit_items"] = listed.split(", ") if listed else None

    def clean(self) -> None:
        super().clean()
        objects = [each for each in self._text("ice_objects").split(",") if each.strip()]
        if objects and len(objects) != OBJECTS:
            self.refuse("ice_objects", "ICE asks for three objects. Type three, with commas.")
        if self.value("ice_deficit_items") and not self._text("ice_known_deficit"):
            self.refuse("ice_known_deficit", "Say what is known before, as it touches an item.")
        if self.has_stored() and not self.value("reason"):
            self.refuse("reason", "Say why it is changed.")

    def has_stored(self) -> bool:
        """Whether the patient has something of their own already."""
        return any(getattr(self.course, name) for name in ICE_SETTINGS)

    def _text(self, name: str) -> str:
        text: str = self.value(name) or ""
        return text

    def wanted(self) -> dict[str, Any]:
        texts = {name: self._text(name) for name in ICE_SETTINGS if name != "ice_deficit_items"}
        objects = (each.strip() for each in texts["ice_objects"].split(","))
        items = self.value("ice_deficit_items") or []
        return texts | {
            "ice_objects": ", ".join(filter(None, objects)),
            "ice_deficit_items": ", ".join(items),
        }

    def reason_in_words(self) -> str:
        return self._text("reason") or FIRST_REASON
