"""Analytes: each laboratory quantity with its unit, its limits and the factors of its units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.laboratory.units import count_power, unit_named
from grading.measures import Limits
from grading.names import by_any_name, folded

PER_MICROLITER = "/uL"
_POWER_OF = {"10*9/L": 0, PER_MICROLITER: 3}
"""The canonical units of counts: how many of them are 10*9/L, as a power of ten."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """A laboratory quantity: its canonical unit, and the exact factor of each listed unit.

    A listed unit is read in every spelling (`units`); a count in every power of ten.
    """

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

    @property
    def is_count(self) -> bool:
        """Whether cells are counted."""
        return PER_MICROLITER in self.factors

    def factor(self, unit: str | None) -> Decimal | None:
        """The exact factor of a unit in any spelling to the canonical one; None: not read."""
        factor = self.factors.get(unit or "")
        if factor is not None:
            return factor
        if self.is_count:
            power = count_power(unit or "")
            return None if power is None else Decimal(10) ** (power + _POWER_OF[self.unit])
        return self.factors.get(unit_named(unit or "") or "")

    def listed(self, unit: str | None) -> str | None:
        """The unit of the list that a spelling stands for; None where there is none."""
        if unit in self.factors:
            return unit
        if not self.is_count:
            named = unit_named(unit or "")
            return named if named in self.factors else None
        factor = self.factor(unit)
        return next((listed for listed, own in self.factors.items() if own == factor), None)

    def canonical(self, value: Decimal, unit: str | None) -> Decimal | None:
        """`value` in the canonical unit; None where the unit has no exact factor here."""
        factor = self.factor(unit)
        return None if factor is None else value * factor


def _analyte(
    label: str,
    unit: str,
    hard: tuple[str, str],
    soft: tuple[str | None, str | None],
    factors: dict[str, str],
    other_names: tuple[str, ...] = (),
) -> Analyte:
    """`factors` are the exact factors of other units to the canonical one, as written."""
    exact = {unit: Decimal(1)}
    for other, factor in factors.items():
        numerator, _, denominator = factor.partition("/")
        exact[other] = Decimal(numerator) / Decimal(denominator or 1)
    limits = Limits.of(unit, hard, soft, "the range that laboratories report")
    return Analyte(label, unit, exact, limits, other_names)


_COUNTS = {
    "10*3/uL": "1",
    "K/uL": "1",
    "G/L": "1",
    "/uL": "0.001",
    "10*4/uL": "10",
}
"""Other listed units of a count of blood cells, with their factors to 10*9/L."""
_FEW_CELLS = {"10*6/L": "1", "10*9/L": "1000", "10*3/uL": "1000"}
"""Those of cells that are counted by the microliter, with their factors to /uL."""
_ENZYME = {"ukat/L": "60", "nkat/L": "0.06", "mU/mL": "1"}
_TROPONIN = {"ug/L": "1", "ng/L": "1/1000", "pg/mL": "1/1000"}


ANALYTES: dict[str, Analyte] = {
    "crp": _analyte(
        "CRP",
        "mg/L",
        ("0", "1000"),
        (None, "400"),
        {"mg/dL": "10", "ug/mL": "1"},
        ("C-reactive protein",),
    ),
    "ferritin": _analyte(
        "Ferritin", "ng/mL", ("0", "5000000"), (None, "10000"), {"ug/L": "1", "pmol/L": "0.445"}
    ),
    "ldh": _analyte(
        "LDH", "U/L", ("20", "50000"), ("80", "2000"), _ENZYME, ("lactate dehydrogenase",)
    ),
    "platelets": _analyte(
        "Platelets",
        "10*9/L",
        ("0", "3000"),  # 45,000 is a count per µL
        ("10", "1000"),
        _COUNTS,
        ("PLT", "platelet count", "thrombocytes", "thrombocyte count"),
    ),
    "anc": _analyte(
        "ANC",
        "10*9/L",
        ("0", "200"),
        (None, "20"),
        _COUNTS,
        ("absolute neutrophil count", "neutrophils", "neutrophil count", "neutrophils absolute"),
    ),
    "wbc": _analyte(
        "WBC",
        "10*9/L",
        ("0", "1000"),
        (None, "100"),
        _COUNTS,
        ("leukocytes", "leucocytes", "white blood cells", "white cell count", "WCC", "WBC count"),
    ),
    "lymphocytes": _analyte(
        "Lymphocytes",
        "10*9/L",
        ("0", "1000"),
        (None, "50"),
        _COUNTS,
        ("ALC", "absolute lymphocyte count", "lymphocyte count", "lymphocytes absolute"),
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
        "D-dimer",
        "ng/mL FEU",  # DDU is assay-specific
        ("0", "200000"),
        (None, "10000"),
        {"ug/L FEU": "1", "mg/L FEU": "1000", "ug/mL FEU": "1000"},
    ),
    "inr": _analyte("INR", "{INR}", ("0.5", "20"), (None, "3"), {}),
    "pt": _analyte("PT", "s", ("5", "200"), (None, "30"), {}, ("prothrombin time",)),
    "aptt": _analyte("aPTT", "s", ("5", "200"), (None, "80"), {}),
    "creatinine": _analyte(
        "Creatinine", "mg/dL", ("0.05", "30"), ("0.2", "4"), {"umol/L": "1/88.4", "mg/L": "0.1"}
    ),
    "bilirubin_total": _analyte(
        "Bilirubin, total",
        "mg/dL",
        ("0", "80"),
        (None, "5"),
        {"umol/L": "1/17.104", "mg/L": "0.1"},
        ("total bilirubin", "bilirubin total"),
    ),
    "bilirubin_direct": _analyte(
        "Bilirubin, direct",
        "mg/dL",
        ("0", "80"),
        (None, "5"),
        {"umol/L": "1/17.104", "mg/L": "0.1"},
        ("direct bilirubin", "bilirubin direct", "conjugated bilirubin"),
    ),
    "ast": _analyte(
        "AST",
        "U/L",
        ("0", "50000"),
        (None, "1000"),
        _ENZYME,
        ("ASAT", "SGOT", "GOT", "aspartate aminotransferase"),
    ),
    "alt": _analyte(
        "ALT",
        "U/L",
        ("0", "50000"),
        (None, "1000"),
        _ENZYME,
        ("ALAT", "SGPT", "GPT", "alanine aminotransferase"),
    ),
    "triglycerides": _analyte(
        "Triglycerides", "mg/dL", ("10", "15000"), ("40", "500"), {"mmol/L": "88.57", "g/L": "100"}
    ),
    "il6": _analyte(
        "IL-6", "pg/mL", ("0", "5000000"), (None, "10000"), {"ng/L": "1"}, ("interleukin-6",)
    ),
    "igg": _analyte(
        "IgG", "mg/dL", ("0", "15000"), ("30", None), {"g/L": "100"}, ("immunoglobulin G",)
    ),
    "sodium": _analyte(
        "Sodium", "mmol/L", ("90", "200"), ("125", "155"), {"meq/L": "1"}, ("Na", "Na+")
    ),
    "potassium": _analyte(
        "Potassium", "mmol/L", ("1", "12"), ("2.8", "6"), {"meq/L": "1"}, ("K", "K+")
    ),
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
        "Uric acid",
        "mg/dL",
        ("0", "60"),
        (None, "10"),
        {"umol/L": "1/59.48", "mmol/L": "1000/59.48", "mg/L": "0.1"},
        ("urate",),
    ),
    "lactate": _analyte("Lactate", "mmol/L", ("0", "40"), (None, "4"), {"mg/dL": "0.111"}),
    "procalcitonin": _analyte("Procalcitonin", "ng/mL", ("0", "1000"), (None, "10"), {"ug/L": "1"}),
    "albumin": _analyte("Albumin", "g/dL", ("0.5", "8"), ("2", None), {"g/L": "0.1"}),
    "ck": _analyte(
        "CK", "U/L", ("0", "500000"), (None, "5000"), _ENZYME, ("CPK", "creatine kinase")
    ),
    "troponin_t": _analyte(
        "Troponin T",
        "ng/mL",
        ("0", "1000"),
        (None, None),
        _TROPONIN,
    ),
    "troponin_i": _analyte(
        "Troponin I",
        "ng/mL",
        ("0", "1000"),
        (None, None),
        _TROPONIN,
    ),
    "hs_troponin_t": _analyte(
        "hs-Troponin T",
        "ng/L",
        ("0", "1000000"),
        (None, None),
        {"pg/mL": "1", "ug/L": "1000", "ng/mL": "1000"},
        ("hs-TnT",),
    ),
    "nt_probnp": _analyte(
        "NT-proBNP", "pg/mL", ("0", "500000"), (None, "5000"), {"ng/L": "1", "pmol/L": "8.457"}
    ),
    "cd4": _analyte(
        "CD4 cells", "/uL", ("0", "10000"), (None, None), _FEW_CELLS, ("CD4+ cells", "CD4 count")
    ),
    "cd19": _analyte(
        "CD19 cells", "/uL", ("0", "10000"), (None, None), _FEW_CELLS, ("CD19+ cells", "CD19 count")
    ),
    "sil2r": _analyte(
        "sIL-2R",
        "U/mL",
        ("0", "500000"),  # pg/mL is assay-specific
        (None, "2400"),
        {"kU/L": "1"},
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
