"""Two fictional patients whose CRS is over: IEC-HS is suspected, and neutropenia lasts."""

from __future__ import annotations

from patients.demo.story import (
    SEVEN_EAST,
    DoseGiven,
    Expected,
    RoundFindings,
    Story,
    fever,
    oxygen_by,
    tocilizumab,
)

WELL: RoundFindings = {}

LATE_STORIES: tuple[Story, ...] = (
    Story(
        about="IEC-HS suspected: ferritin rises again after CRS, with cytopenia and coagulopathy",
        mrn="0024408",
        name=("Kowalska", "Hanna"),
        age=60,
        sex="F",
        ward=SEVEN_EAST,
        bed="14",
        product="ciltacabtagene autoleucel",
        indication="Multiple myeloma",
        weight_kg="70",
        day=13,
        minutes_ago=65,
        rounds=(
            fever("38.6"),
            {**fever("39.2"), **oxygen_by("nasal_cannula", 2)},
            {"temperature_c": "37.2", **oxygen_by("nasal_cannula", 1)},
            *(WELL,) * 3,
            {"temperature_c": "37.8", "splenomegaly": True, "measured_weight_kg": "71.5"},
        ),
        round_hours=24,
        expected=Expected(crs=0, crs_peak=2, icans=0, icans_peak=0),
        ferritin=(
            *((310, 480), (140, 1900), (110, 4200), (72, 3400)),
            *((48, 7600), (24, 21000), (0, 34000)),
        ),
        crp=((310, 8), (130, 140), (90, 40), (48, 21), (0, 62)),
        labs={
            "ast": ("U/L", ((310, 22), (72, 48), (24, 190), (0, 330))),
            "alt": ("U/L", ((310, 24), (72, 51), (24, 170), (0, 280))),
            "fibrinogen": ("mg/dL", ((310, 390), (72, 340), (24, 190), (0, 118))),
            "triglycerides": ("mg/dL", ((310, 140), (72, 170), (0, 330))),
            "ldh": ("U/L", ((310, 210), (72, 380), (0, 1240))),
            "platelets": ("10*9/L", ((310, 150), (110, 62), (48, 31), (0, 14))),
            "anc": ("10*9/L", ((310, 2.8), (150, 0.6), (72, 0.4), (0, 0.2))),
            "inr": ("{INR}", ((310, 1.0), (72, 1.1), (0, 1.7))),
        },
        given=(tocilizumab(118, "560"), DoseGiven(20, "g_csf", "300", "mcg", route="SC")),
    ),
    Story(
        about="ICAHT: neutropenia on Day 25, three weeks at or below 500/µL",
        mrn="0012861",
        name=("Lindqvist", "Oskar"),
        age=64,
        sex="M",
        ward=SEVEN_EAST,
        bed="15",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="84",
        day=25,
        minutes_ago=125,
        rounds=(fever("38.5"), fever("38.9"), *(WELL,) * 21),
        round_hours=24,
        no_labs_on=tuple(range(7, 24, 2)),
        expected=Expected(crs=0, crs_peak=1, icans=0, icans_peak=0),
        ferritin=((720, 180), (540, 520), (400, 330), (0, 210)),
        crp=((720, 12), (540, 96), (450, 18), (0, 9)),
        labs={
            "anc": ("10*9/L", ((720, 2.9), (560, 0.45), (480, 0.15), (0, 0.22))),
            "platelets": ("10*9/L", ((720, 140), (500, 45), (200, 22), (0, 16))),
            "hemoglobin": ("g/dL", ((720, 10.1), (400, 8.3), (0, 7.6))),
        },
        given=tuple(
            DoseGiven(before, "g_csf", "480", "mcg", route="SC") for before in (74, 50, 26, 2)
        ),
    ),
)
