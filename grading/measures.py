"""Measurements: plausible limits of bedside values, units and exact factors of analytes.

Limits come in two kinds: `hard` refuses a value as a typing error, `soft` asks once. Both are
our own decisions, made from the ranges that occur at the bedside; the reason stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from grading.names import by_any_name, folded

EARLIEST_YEAR, LATEST_YEAR = 1990, 2150
"""Clinical times lie in these years: from the first CAR-T trials, up to a typing error."""
EARLIEST_AT = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
BEFORE_AT = datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC)
EARLIEST_BIRTH, LATEST_BIRTH = date(EARLIEST_YEAR - 120, 1, 1), date(LATEST_YEAR, 12, 31)
FURTHEST_FROM_INFUSION = timedelta(days=366 * 30)
"""Longer than the 15-year follow-up, twice."""


def is_clinical_time(moment: datetime) -> bool:
    """Whether an aware time lies in the years 1990–2150, counted in UTC."""
    return EARLIEST_AT <= moment < BEFORE_AT


@dataclass(frozen=True, slots=True)
class Limits:
    """Plausible values of one measurement in its canonical unit, both ends inclusive."""

    unit: str
    hard_low: Decimal
    hard_high: Decimal
    soft_low: Decimal | None
    soft_high: Decimal | None
    why: str
    integer: bool = False

    def refuses(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) cannot be a measurement of a patient."""
        return not self.hard_low <= value <= self.hard_high

    def asks(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) is possible but worth one question."""
        below = self.soft_low is not None and value < self.soft_low
        return below or (self.soft_high is not None and value > self.soft_high)

    @classmethod
    def of(
        cls,
        unit: str,
        hard: tuple[str, str],
        soft: tuple[str | None, str | None],
        why: str,
        *,
        integer: bool = False,
    ) -> Limits:
        """Limits from their ends as they are written."""
        low, high = (None if end is None else Decimal(end) for end in soft)
        return cls(unit, Decimal(hard[0]), Decimal(hard[1]), low, high, why, integer)


@dataclass(frozen=True, slots=True)
class Analyte:
    """A laboratory quantity: its canonical unit, the exact factor of each accepted unit."""

    label: str
    unit: str
    factors: dict[str, Decimal]
    limits: Limits
    other_names: tuple[str, ...]

    @property
    def in_sentence(self) -> str:
        """The label inside a sentence: CRP, platelets."""
        is_plain = self.label[1].islower() and self.label[1:].islower()
        return self.label.lower() if is_plain else self.label

    def canonical(self, value: Decimal, unit: str | None) -> Decimal | None:
        """`value` in the canonical unit; None where the unit has no exact factor here."""
        factor = None if unit is None else self.factors.get(unit)
        return None if factor is None else value * factor


_SAME_AS = {
    "ng/mL": ("ug/L", "mcg/L", "µg/L", "μg/L"),
    "10*9/L": ("10^9/L", "10*3/uL", "10^3/uL", "K/uL", "G/L"),
    "/uL": ("cells/uL", "/µL", "/μL"),
    "U/L": ("IU/L",),
    "ukat/L": ("µkat/L", "μkat/L"),
    "umol/L": ("µmol/L", "μmol/L"),
    "pg/mL": ("ng/L",),
    "mmol/L": ("meq/L", "mEq/L"),
}
"""Spellings of one unit. `mmol/L` and `meq/L` agree for the monovalent ions only."""

_MONOVALENT = frozenset({"Sodium", "Potassium"})


def _spellings(label: str, unit: str) -> tuple[str, ...]:
    if unit == "mmol/L" and label not in _MONOVALENT:
        return (unit,)
    return (unit, *_SAME_AS.get(unit, ()))


def _analyte(
    label: str,
    unit: str,
    hard: tuple[str, str],
    soft: tuple[str | None, str | None],
    factors: dict[str, str],
    other_names: tuple[str, ...] = (),
) -> Analyte:
    """`factors` are the exact factors of other units to the canonical one, as written."""
    exact = {spelling: Decimal(1) for spelling in _spellings(label, unit)}
    for other, factor in factors.items():
        numerator, _, denominator = factor.partition("/")
        value = Decimal(numerator) / Decimal(denominator or 1)
        exact |= dict.fromkeys(_spellings(label, other), value)
    limits = Limits.of(unit, hard, soft, "the range that laboratories report")
    return Analyte(label, unit, exact, limits, other_names)


ANALYTES: dict[str, Analyte] = {
    "crp": _analyte(
        "CRP", "mg/L", ("0", "1000"), (None, "400"), {"mg/dL": "10"}, ("C-reactive protein",)
    ),
    "ferritin": _analyte(
        "Ferritin", "ng/mL", ("0", "5000000"), (None, "10000"), {"pmol/L": "0.445"}
    ),
    "ldh": _analyte(
        "LDH", "U/L", ("20", "50000"), ("80", "2000"), {"ukat/L": "60"}, ("lactate dehydrogenase",)
    ),
    "platelets": _analyte(
        "Platelets",
        "10*9/L",
        ("0", "3000"),  # 45,000 is a count per µL
        ("10", "1000"),
        {"/uL": "0.001"},
        ("PLT", "platelet count", "thrombocytes"),
    ),
    "anc": _analyte(
        "ANC",
        "10*9/L",
        ("0", "200"),
        (None, "20"),
        {"/uL": "0.001"},
        ("absolute neutrophil count", "neutrophils"),
    ),
    "wbc": _analyte(
        "WBC",
        "10*9/L",
        ("0", "1000"),
        (None, "100"),
        {"/uL": "0.001"},
        ("leukocytes", "white blood cells"),
    ),
    "lymphocytes": _analyte(
        "Lymphocytes",
        "10*9/L",
        ("0", "1000"),
        (None, "50"),
        {"/uL": "0.001"},
        ("ALC", "absolute lymphocyte count"),
    ),
    "hemoglobin": _analyte(
        "Hemoglobin",
        "g/dL",
        ("1.5", "25"),  # 85 is a value in g/L
        ("6", "19"),
        {"g/L": "0.1", "mmol/L": "1.6114"},
        ("Hb", "Hgb", "haemoglobin"),
    ),
    "fibrinogen": _analyte(
        "Fibrinogen",
        "mg/dL",
        ("15", "2000"),  # a value in g/L, up to about 12, never passes
        ("100", "1000"),
        {"g/L": "100", "umol/L": "34.0"},
    ),
    "d_dimer": _analyte(
        "D-dimer", "ng/mL FEU", ("0", "200000"), (None, "10000"), {"mg/L FEU": "1000"}
    ),
    "inr": _analyte("INR", "{INR}", ("0.5", "20"), (None, "3"), {}),
    "pt": _analyte("PT", "s", ("5", "200"), (None, "30"), {}, ("prothrombin time",)),
    "aptt": _analyte("aPTT", "s", ("5", "200"), (None, "80"), {}),
    "creatinine": _analyte(
        "Creatinine", "mg/dL", ("0.05", "30"), ("0.2", "4"), {"umol/L": "1/88.4"}
    ),
    "bilirubin_total": _analyte(
        "Bilirubin, total",
        "mg/dL",
        ("0", "80"),
        (None, "5"),
        {"umol/L": "1/17.104"},
        ("total bilirubin",),
    ),
    "bilirubin_direct": _analyte(
        "Bilirubin, direct",
        "mg/dL",
        ("0", "80"),
        (None, "5"),
        {"umol/L": "1/17.104"},
        ("direct bilirubin",),
    ),
    "ast": _analyte(
        "AST",
        "U/L",
        ("0", "50000"),
        (None, "1000"),
        {"ukat/L": "60"},
        ("ASAT", "SGOT", "aspartate aminotransferase"),
    ),
    "alt": _analyte(
        "ALT",
        "U/L",
        ("0", "50000"),
        (None, "1000"),
        {"ukat/L": "60"},
        ("ALAT", "SGPT", "alanine aminotransferase"),
    ),
    "triglycerides": _analyte(
        "Triglycerides", "mg/dL", ("10", "15000"), ("40", "500"), {"mmol/L": "88.57"}
    ),
    "il6": _analyte("IL-6", "pg/mL", ("0", "5000000"), (None, "10000"), {}, ("interleukin-6",)),
    "igg": _analyte(
        "IgG", "mg/dL", ("0", "15000"), ("30", None), {"g/L": "100"}, ("immunoglobulin G",)
    ),
    "sodium": _analyte("Sodium", "mmol/L", ("90", "200"), ("125", "155"), {}),
    "potassium": _analyte("Potassium", "mmol/L", ("1", "12"), ("2.8", "6"), {}),
    "urea_nitrogen": _analyte(
        "Urea nitrogen",
        "mg/dL",
        ("0", "300"),
        (None, "80"),
        {"mmol/L urea": "2.80", "mg/dL urea": "0.467"},
        ("BUN", "blood urea nitrogen"),
    ),
    "phosphate": _analyte("Phosphate", "mg/dL", ("0", "30"), (None, "6"), {"mmol/L": "3.097"}),
    "uric_acid": _analyte(
        "Uric acid", "mg/dL", ("0", "60"), (None, "10"), {"umol/L": "1/59.48"}, ("urate",)
    ),
    "lactate": _analyte("Lactate", "mmol/L", ("0", "40"), (None, "4"), {"mg/dL": "0.111"}),
    "procalcitonin": _analyte("Procalcitonin", "ng/mL", ("0", "1000"), (None, "10"), {}),
    "albumin": _analyte("Albumin", "g/dL", ("0.5", "8"), ("2", None), {"g/L": "0.1"}),
    "ck": _analyte(
        "CK", "U/L", ("0", "500000"), (None, "5000"), {"ukat/L": "60"}, ("CPK", "creatine kinase")
    ),
    "troponin_t": _analyte("Troponin T", "ng/mL", ("0", "1000"), (None, None), {"ng/L": "1/1000"}),
    "troponin_i": _analyte("Troponin I", "ng/mL", ("0", "1000"), (None, None), {"ng/L": "1/1000"}),
    "hs_troponin_t": _analyte(
        "hs-Troponin T", "ng/L", ("0", "1000000"), (None, None), {"ug/L": "1000"}, ("hs-TnT",)
    ),
    "nt_probnp": _analyte(
        "NT-proBNP", "pg/mL", ("0", "500000"), (None, "5000"), {"pmol/L": "8.457"}
    ),
    "cd4": _analyte("CD4 cells", "/uL", ("0", "10000"), (None, None), {}),
    "cd19": _analyte("CD19 cells", "/uL", ("0", "10000"), (None, None), {}),
    "sil2r": _analyte(
        "sIL-2R",
        "U/mL",
        ("0", "500000"),  # pg/mL is assay-specific
        (None, "2400"),
        {},
        ("sCD25", "soluble CD25", "soluble IL-2 receptor"),
    ),
}
"""Analytes with canonical unit and factors (clinical rule specification, section 10.2)."""

ANALYTE_NAMES = by_any_name(
    {name: (analyte.label, *analyte.other_names) for name, analyte in ANALYTES.items()}
)
"""The name of an analyte in the record, by each folded name that a document may use."""


def analyte_named(text: str) -> str | None:
    """The name in the record of an analyte written in any of its names; None where unknown."""
    return ANALYTE_NAMES.get(folded(text))


RATE_LIMITS: dict[str, Limits] = {
    "norepinephrine": Limits.of("µg/min", ("0", "500"), (None, "100"), "ml/h typed as a rate"),
    "epinephrine": Limits.of("µg/min", ("0", "500"), (None, "100"), "ml/h typed as a rate"),
    "phenylephrine": Limits.of("µg/min", ("0", "2000"), (None, "500"), "ml/h typed as a rate"),
    "dopamine": Limits.of("µg/kg/min", ("0", "100"), (None, "25"), "a rate per minute, not per kg"),
    "vasopressin": Limits.of("units/min", ("0", "1"), (None, "0.1"), "units per hour typed"),
}
"""The unit in which an assessment holds the rate of each vasopressor, and plausible rates.

The hard end refuses a rate in another unit.
"""


def plain_text(number: Decimal, *, places: int = 0) -> str:
    """`number` without trailing zeros, with at least `places` decimals, never as a power."""
    shortest = format(number.normalize(), "f")
    decimals = len(shortest.partition(".")[2])
    return shortest if decimals >= places else format(number, f".{places}f")
