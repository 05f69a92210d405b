"""Passwords that are easy to guess because one knows the place."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError

WORDS = re.findall(
    r"\w+",
    "cartox cart car crs icans astct toxicity ward nurse nursing doctor physician hospital clinic "
    "patient oncology haematology hematology password welcome",
)
LETTERS_LEFT = 8
"""What has to remain of a password without the words, its digits and its punctuation."""


class PlaceWordsValidator:
    """Refuses what is made of Cartox's own words, the ward's or the host's name and digits."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse `password` unless enough of it is something else."""
        hosts = re.findall(r"[^\W\d_]{3,}", " ".join(settings.ALLOWED_HOSTS).casefold())
        words = sorted({*WORDS, *hosts}, key=len, reverse=True)
        rest = re.sub("|".join(map(re.escape, words)), "", password.casefold())
        if len(re.sub(r"[\W\d_]", "", rest)) < LETTERS_LEFT and rest != password.casefold():
            raise ValidationError("This password is made of words that everybody here knows.")

    def get_help_text(self) -> str:
        return "Your password can’t be made of words of the ward, of this host or of Cartox."
