"""Who of a ward has the same or nearly the same family name, and how it is said."""

from __future__ import annotations

import pytest

from patients.words.namesakes import Neighbor, namesakes_in_words, namesakes_of_all


def beside(name: str, *others: str, given: str = "Jane") -> str:
    """The warning for `name` in bed 1, with the others in the beds from 2 on."""
    own = Neighbor(1, 1, "1", name, given)
    lying = [Neighbor(1, n, str(n), other, "Ann") for n, other in enumerate(others, start=2)]
    return namesakes_in_words(own, [own, *lying])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Doe", "DOE"),
        ("Müller", "Muller"),
        ("Núñez Díaz", "Nunez-Diaz"),
        ("O’Neil", "ONEIL"),
        ("Sørensen", "Sorensen"),
        ("Łukasz", "Lukasz"),
        ("Groß", "Gross"),
        ("Nguyễn", "nguyen"),
        ("李", "李"),
        ("حداد", "حداد"),
    ],
)
def test_accents_capitals_and_signs_make_no_other_name(one: str, other: str) -> None:
    assert beside(one, other) == f"another {one.upper()} on this ward: bed 2"
    assert beside(other, one) == f"another {other.upper()} on this ward: bed 2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith", "Smyth"),  # one letter is another
        ("Smit", "Smith"),  # one letter is added at the end
        ("Mith", "Smith"),  # at the beginning
        ("Alvarez", "Alvraez"),  # two have changed places
        ("Müller", "Mueller"),
        ("García López", "García Pérez"),  # begin with the same name
        ("de la Cruz Gil", "Cruz"),
    ],
)
def test_nearly_the_same_name_is_told_with_its_bed(one: str, other: str) -> None:
    assert beside(one, other) == f"similar name on this ward: {other.upper()}, bed 2"
    assert beside(other, one) == f"similar name on this ward: {one.upper()}, bed 2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lee", "Lea"),  # too short to be nearly the same
        ("Smith", "Smythe"),  # two letters
        ("Stone", "Onest"),
        ("von Berg", "von Tann"),  # begin with a particle alone
        ("López García", "García"),
        ("", ""),  # not recorded
        ("🙂", "🙃"),
    ],
)
def test_names_that_are_told_apart_bring_no_warning(one: str, other: str) -> None:
    assert beside(one, other) == beside(other, one) == ""


def test_the_given_name_is_told_where_it_is_the_same_too() -> None:
    assert beside("Doe", "Doe", given="Ann") == "another DOE, Ann on this ward: bed 2"


def test_several_are_listed_and_from_the_fourth_on_counted() -> None:
    assert beside("Doe", "Doe", "Roe", "Doe") == "another DOE on this ward: beds 2, 4"
    assert beside("Doe", *["Doe"] * 5) == "another DOE on this ward: beds 2, 3, 4, 2 more"
    assert beside("Chen", "Chan", "Chen", "Chew") == (
        "another CHEN on this ward: bed 3; similar names on this ward: CHAN, bed 2; CHEW, bed 4"
    )


def test_a_bed_that_is_not_recorded_is_told_as_such() -> None:
    own, other = Neighbor(1, 1, "1", "Doe", "Jane"), Neighbor(1, 2, "", "Doe", "Ann")
    assert namesakes_in_words(own, [other]) == "another DOE on this ward: bed not recorded"


def test_nobody_is_a_namesake_of_themselves_or_of_somebody_on_another_ward() -> None:
    here, again, there = (
        Neighbor(1, 1, "1", "Doe", "Jane"),
        Neighbor(1, 1, "9", "Doe", "Jane"),
        Neighbor(2, 2, "1", "Doe", "Ann"),
    )
    assert namesakes_of_all((here, again, there)) == {1: "", 2: ""}
