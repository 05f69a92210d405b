"""What every system has to bring, whatever it grades."""

from __future__ import annotations

from collections import Counter

from grading.rules.registry import COURSE_SYSTEMS, PRIMARY, SYSTEMS
from grading.rules.sources import CONFIDENCE


def test_astct_comes_first_and_alone_drives_board_and_options() -> None:
    assert list(PRIMARY) == ["crs_astct_2019", "icans_astct_2019"]
    assert list(SYSTEMS)[:2] == list(PRIMARY)


def test_a_code_means_one_criterion_of_one_system() -> None:
    codes = [criterion.code for system in SYSTEMS.values() for criterion in system.criteria]
    codes += [code for system in COURSE_SYSTEMS.values() for code in system.sentences]
    assert [code for code, often in Counter(codes).items() if often > 1] == []


def test_every_system_has_a_key_of_its_own_a_year_and_checked_sources() -> None:
    assert not set(SYSTEMS) & set(COURSE_SYSTEMS)
    for key, system in {**SYSTEMS, **COURSE_SYSTEMS}.items():
        assert system.key == key
        assert str(system.year) in system.label
        sources = [system.source, *(source for _, source in system.footnotes)]
        assert all(set(source.confidence) <= set(CONFIDENCE) for source in sources)
        assert all(source.confidence for source in sources)
