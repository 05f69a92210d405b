"""How ICE is made with one patient, the same by every nurse: columns of the course."""

from __future__ import annotations

from django.db import models

ICE_SETTINGS = (
    "ice_sentence",
    "ice_objects",
    "ice_language",
    "ice_interpreter",
    "ice_known_deficit",
    "ice_deficit_items",
)
"""The columns, each with its history. None changes a grade."""


class Interpreter(models.TextChoices):
    """Whether somebody translates the questions."""

    NONE = "none", "no interpreter"
    PRESENT = "present", "with interpreter"
    NEEDED = "needed", "interpreter needed"


class IceSettings(models.Model):
    """The sentence to write, the objects to name, the language, and what the patient never could.

    What is empty is that of the ward, and there what ASTCT 2019 gives as an example.
    """

    ice_sentence = models.CharField(max_length=160, blank=True)
    ice_objects = models.CharField(max_length=120, blank=True)
    ice_language = models.CharField(max_length=60, blank=True)
    ice_interpreter = models.CharField(max_length=20, choices=Interpreter.choices, blank=True)
    ice_known_deficit = models.CharField(max_length=200, blank=True)
    ice_deficit_items = models.CharField(
        max_length=100, blank=True, help_text="The items of ICE that it touches, with commas."
    )

    class Meta:
        abstract = True
