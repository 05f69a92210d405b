"""A validator that refuses passwords made of words that everybody on the ward knows."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError

PLACE_WORDS = re.findall(
    r"\w+",
    "cartox cart car crs icans astct toxicity ward nurse nursing doctor physician hospital clinic "
    "patient oncology haematology hematology password welcome",
)
LETTERS_LEFT = 8
"""Letters that must remain of a password without these words, its digits and its punctuation."""


class PlaceWordsValidator:
    """Refuses a password of `PLACE_WORDS`, words of the host's name, digits and punctuation."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse `password` unless `LETTERS_LEFT` of its letters are in none of these words."""
        hosts = re.findall(r"[^\W\d_]{3,}", " ".join(settings.ALLOWED_HOSTS).casefold())
        words = sorted({*PLACE_WORDS, *hosts}, key=len, reverse=True)
        rest = re.sub("|".join(map(re.escape, words)), "", password.casefold())
        if len(re.sub(r"[\W\d_]", "", rest)) < LETTERS_LEFT and rest != password.casefold():
            raise ValidationError("This password is made of words that everybody here knows.")

    def get_help_text(self) -> str:
        return "Your password can’t be made of words of the ward, of this host or of Cartox."
