"""Validators that refuse passwords which are quickly guessed on this ward."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from patients.models import User, Ward

PLACE_WORDS = re.findall(
    r"\w+",
    "cartox cart car crs icans astct toxicity ward nurse nursing doctor physician hospital clinic "
    "patient oncology haematology hematology password welcome administrator admin "
    "passwort kennwort contraseña contrasena clave krankenhaus klinik spital pflege schwester "
    "krankenschwester enfermera enfermero enfermeria enfermería estacion estación planta medico "
    "médico arzt ärztin aerztin paciente willkommen bienvenido bienvenida hallo hola "
    "changeme letmein iloveyou",
)
SEASON_WORDS = re.findall(
    r"\w+",
    "spring summer autumn winter fruehling frühling sommer herbst primavera verano otono otoño "
    "invierno monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december "
    "januar februar maerz märz juni juli oktober dezember "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
KEYBOARD_ROWS = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
LOOKALIKES = str.maketrans("@03$547", "aoessat")
"""Signs that stand for a letter, with that letter; 1 stands for l or i."""
LONG_RUN = 3
"""So many neighbors of the alphabet, of the digits or of a keyboard's row count as two signs."""
LEFT = 8
"""Signs that must remain of a password when what is quickly guessed in it is taken away."""
LOOKED_AT = 128
"""So many signs at the beginning are looked at: a long text would take minutes."""


class PlaceWordsValidator:
    """Refuses a password of words that everybody on the ward knows, digits and punctuation.

    The words are `PLACE_WORDS`, `SEASON_WORDS`, those of the wards' names, of the host's name and
    of the user's own names. A common password with digits and punctuation is refused too.
    """

    def __init__(self) -> None:
        self.common_passwords = CommonPasswordValidator().passwords

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password that has such a word and fewer than `LEFT` letters besides."""
        names = [*settings.ALLOWED_HOSTS, *Ward.objects.values_list("name", flat=True)]
        if isinstance(user, User):
            own = (user.username, user.first_name, user.last_name)
            names += [name for name in own if name]  # None of a new account that was refused
        words = {*PLACE_WORDS, *SEASON_WORDS, *_words_in(names)}
        readings = _readings(password)
        if self._is_common(readings) or any(_is_made_of(words, text) for text in readings):
            raise ValidationError(
                "This password is made of words that everybody here knows. Choose other words."
            )

    def _is_common(self, readings: Iterable[str]) -> bool:
        letters = {_letters(text) for text in readings}
        return not self.common_passwords.isdisjoint({*letters, *map(_once, letters)})

    def get_help_text(self) -> str:
        return (
            "Your password can’t be made of your name, of words of the ward, of this host or of "
            "Cartox, or of seasons and months."
        )


class RepetitionValidator:
    """Refuses a password that says little, over and over: `abcabcabcabc`, `aaaaaaaaaaaa`."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password that has fewer than `LEFT` signs when repetitions count once."""
        is_long_enough = len(password) >= settings.SHORTEST_PASSWORD  # else that is said alone
        if is_long_enough and len(_once(_plain(password))) < LEFT:
            raise ValidationError(
                "This password repeats itself or follows the keyboard. Choose several words."
            )

    def get_help_text(self) -> str:
        return f"Repeated letters and rows such as 1234 count once: {LEFT} signs must remain."


def _plain(password: str) -> str:
    """The beginning of the password in one Unicode form, without capitals."""
    return unicodedata.normalize("NFKC", password[:LOOKED_AT]).casefold()[:LOOKED_AT]


def _readings(password: str) -> set[str]:
    """The password as it is typed, and with letters for the signs that look like them.

    A year at either end is read as a year too.
    """
    plain = _plain(password)
    stem = re.sub(r"^\d+|[\W\d_]+\Z", "", plain)
    spelled = {text.replace("1", letter) for text in (plain, stem) for letter in "li"}
    return {plain, *(text.translate(LOOKALIKES) for text in spelled)}


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text)


def _is_made_of(words: Iterable[str], text: str) -> bool:
    """Whether the text has such a word and fewer than `LEFT` letters besides."""
    rest = _without(words, text)
    return rest != text and len(_letters(_once(rest))) < LEFT


def _words_in(names: Iterable[str]) -> set[str]:
    """The words of three letters or more."""
    return set(re.findall(r"[^\W\d_]{3,}", " ".join(names).casefold()))


def _without(words: Iterable[str], text: str) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "", text)


def _once(text: str) -> str:
    """The beginning of `text` with each run of neighbors as its first two signs, and each
    repetition once."""
    period = next((n for n in range(1, len(text) + 1) if text.startswith(text[n:])), 0)
    period_once = text[:period]
    without_runs = "".join(
        sign
        for place, sign in enumerate(period_once)
        if place < LONG_RUN - 1 or not _is_run(period_once[place - LONG_RUN + 1 : place + 1])
    )
    return re.sub(r"(.+?)\1+", r"\1", without_runs, flags=re.DOTALL)


def _is_run(signs: str) -> bool:
    """Whether the signs stand beside each other, forwards or backwards."""
    steps = {ord(after) - ord(before) for before, after in pairwise(signs)}
    rows = [row for row in KEYBOARD_ROWS if signs in row or signs[::-1] in row]
    return steps in ({1}, {-1}) or bool(rows)
