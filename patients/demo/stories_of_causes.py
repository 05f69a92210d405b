"""Two fictional patients with a sign of another cause: one waits for a physician, one does not."""

from __future__ import annotations

from patients.demo.story import (
    SEVEN_EAST,
    Decided,
    DoseGiven,
    Expected,
    Happened,
    Story,
    fever,
    low,
    of_another_cause,
    oxygen_by,
)

STORIES_OF_CAUSES: tuple[Story, ...] = (
    Story(
        about="CRS 1: a nurse puts hypotension down to sepsis; it counts as 3 until confirmed",
        mrn="0022750",
        last_call="half answered",
        name=("Ivanova", "Elena"),
        age=63,
        sex="F",
        ward=SEVEN_EAST,
        bed="10",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="69",
        day=2,
        minutes_ago=45,
        rounds=(
            fever("38.7"),
            {
                **fever("39.2"),
                **low(88, 47, vasopressors=["norepinephrine"]),
                **of_another_cause("sepsis", "hypotension"),
            },
        ),
        expected=Expected(crs=1, crs_peak=1, icans=0, icans_peak=0),
        ferritin=((60, 510), (0, 1300)),
        crp=((60, 9), (12, 88), (0, 171)),
        given=(DoseGiven(3, "norepinephrine", "0.07", "mcg/kg/min"),),
        happened=(Happened(2, "infection", "gram-negative rods in one blood culture"),),
    ),
    Story(
        about="CRS 1: a physician has put the oxygen down to edema, and it holds in the next round",
        mrn="0013376",
        name=("Jansen", "Pieter"),
        age=71,
        sex="M",
        ward=SEVEN_EAST,
        bed="12",
        product="lisocabtagene maraleucel",
        indication="Large B-cell lymphoma",
        weight_kg="88",
        day=2,
        minutes_ago=80,
        rounds=(
            {
                **fever("38.6"),
                **oxygen_by("nasal_cannula", 2),
                **of_another_cause("pulmonary_edema_or_embolism", "hypoxia"),
            },
            {**fever("38.3"), **oxygen_by("nasal_cannula", 1)},
        ),
        expected=Expected(crs=1, crs_peak=1, icans=0, icans_peak=0),
        ferritin=((60, 640), (0, 1100)),
        crp=((60, 11), (12, 42), (0, 58)),
        decided=(Decided(10, "hypoxia", "confirmed", 13, cause="pulmonary_edema_or_embolism"),),
    ),
)
