"""What must hold of the options of every situation. Each breach is named in a sentence.

The ceilings stand here a second time, written from the sources and not from `StepChoices`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from grading.guidelines.line import Guideline, LineKind, Option
from grading.guidelines.orders import order_in
from grading.guidelines.situation.situation import Situation
from grading.guidelines.tocilizumab import NO_LIMIT

CEILINGS: dict[tuple[str, str], Decimal] = {
    ("tocilizumab", "mg"): Decimal(800),  # Table 3; Kymriah label
    ("tocilizumab", "mg/kg"): Decimal(8),  # Table 3; below 30 kg 12 by the Kymriah label
    ("dexamethasone", "mg"): Decimal(10),  # Tables 3 and 7; ASCO 2021; Samsung MC
    ("methylprednisolone", "mg"): Decimal(1000),  # Tables 3 and 7; ASCO 2021
    ("methylprednisolone", "g"): Decimal(1),  # myelitis
    ("methylprednisolone", "mg/kg"): Decimal(2),  # ASCO 2021: 1–2 mg/kg
    ("emapalumab", "mg/kg"): Decimal(1),  # the review, refractory CRS
    ("dasatinib", "mg"): Decimal(100),  # the review, one case
    ("anakinra", "mg"): Decimal(200),  # the review: every 6–12 hours; 100–200 or over 200 a day
    ("anakinra", "mg/kg"): Decimal(10),  # the review, IEC-HS: a day at most
    ("etoposide", "mg/m²"): Decimal(100),  # the review, IEC-HS
    ("g_csf", "mcg/kg"): Decimal(5),  # EHA/EBMT, ICAHT
    ("cyclophosphamide", "g/m²"): Decimal(2),  # the review, cases
    ("hydrocortisone", "mg"): Decimal(50),  # intrathecal, ASCO 2021
    ("methotrexate", "mg"): Decimal(12),  # intrathecal, ASCO 2021
    ("levetiracetam", "mg"): Decimal(750),  # CARTOX
    ("lorazepam", "mg"): Decimal(2),  # CARTOX, in all
    ("phenobarbital", "mg"): Decimal(60),  # CARTOX
}
OF_A_CHOICE = {
    ("tocilizumab", "mg"): "tocilizumab_cap_mg",
    ("tocilizumab", "mg/kg"): "tocilizumab_mg_per_kg",
    ("dexamethasone", "mg"): "dexamethasone_mg",
    ("methylprednisolone", "mg"): "methylprednisolone_mg",
    ("emapalumab", "mg/kg"): "emapalumab_mg_per_kg",
    ("dasatinib", "mg"): "dasatinib_mg",
    ("anakinra", "mg/kg"): "anakinra_mg_per_kg_a_day",
    ("etoposide", "mg/m²"): "etoposide_high_mg_per_m2",
    ("g_csf", "mcg/kg"): "g_csf_mcg_per_kg",
}
"""The choice of a site, which a line of the review must not pass either."""
SMALL = Decimal(12)
"""mg/kg of tocilizumab below 30 kg: Kymriah label."""
_DRUG = "|".join(sorted({drug for drug, _ in CEILINGS}))
_DOSE = re.compile(
    rf"\b({_DRUG})\b|(\d[\d,.]*\d|\d) (mcg/kg|mg/kg|g/m²|mg/m²|mg|g)(?![\w/])",
    re.IGNORECASE,
)
_BY_WEIGHT = re.compile(r"([\d.]+) kg × ([\d.]+) (mc?g/kg) = ([\d,]+) mc?g")
_ADULT = re.compile(r"\d (?:mg|g|mcg|µg|IU|units)\b(?!/kg|/m²|/dL|/L|/d)")
OFFERS = {LineKind.NOW, LineKind.CONSIDER, LineKind.IF_NO_RESPONSE}


def breaches(situation: Situation, options: tuple[Option, ...]) -> Iterator[str]:
    """Every breach in the options of a situation; none where all holds."""
    if situation.is_dead:
        yield from (f"{option.code} after death" for option in options)
        return
    codes = [option.code for option in options]
    if len(set(codes)) < len(codes):
        yield "a line stands twice"
    yield from _exclusion(situation, options)
    yield from _one_steroid_now(options)
    yield from _no_taper_of_what_is_started(options)
    for option in options:
        yield from (f"{option.code}: {each}" for each in _of_text(option))
        yield from (f"{option.code}: {each}" for each in _of_tocilizumab(situation, option))
        yield from (f"{option.code}: {each}" for each in _of_doses(situation, option))
        yield from (f"{option.code}: {each}" for each in _against_the_record(situation, option))
        if option.differs_from and option.differs_from not in codes:
            yield f"{option.code} stands without {option.differs_from}"


def _exclusion(situation: Situation, options: tuple[Option, ...]) -> Iterator[str]:
    """At every grade of CRS, in review too, something has to be excluded first."""
    kinds = {option.kind for option in options}
    if situation.crs.is_at_least(1) and LineKind.EXCLUDE_FIRST not in kinds:
        yield "nothing to exclude first"


def _one_steroid_now(options: tuple[Option, ...]) -> Iterator[str]:
    """Of the review's steroid lines for CRS and ICANS one stands now at most: not both."""
    now = [
        option.code
        for option in options
        if option.kind == LineKind.NOW
        and option.guideline == Guideline.REVIEW
        and "steroid" in option.drugs
        and option.toxicity in {"crs", "icans"}
    ]
    if len(now) > 1:
        yield f"two steroid lines now: {', '.join(now)}"


def _no_taper_of_what_is_started(options: tuple[Option, ...]) -> Iterator[str]:
    """A steroid is not to be tapered and given now for the same toxicity."""
    given, tapered = (
        {
            option.toxicity
            for option in options
            if option.kind == kind
            and option.guideline == Guideline.REVIEW
            and ("steroid" in option.drugs or "steroid" in option.text.lower())
        }
        for kind in (LineKind.NOW, LineKind.STOP_OR_TAPER)
    )
    yield from (f"a steroid now and its taper for {each}" for each in given & tapered)


def _of_text(option: Option) -> Iterator[str]:
    if not option.why:
        yield "no fact calls it"
    if not str(option.source).strip() or not option.source.confidence:
        yield "no source"
    for text in (option.text, *option.details):
        if "{" in text or not text.strip():
            yield f"not filled in: {text}"
        if order := _order_in(text):
            yield f"'{order}' is an order: {text}"


def _of_tocilizumab(situation: Situation, option: Option) -> Iterator[str]:
    """Tocilizumab is offered for CRS with an indication, not in review, below the total."""
    if "tocilizumab" not in option.drugs:
        if option.kind in OFFERS and any(
            drug == "tocilizumab" for drug, _, _ in _doses_in(option.text, option.drugs)
        ):
            yield f"a dose of tocilizumab by a line that offers none: {option.text}"
        if option.toxicity == "iec_hs" and "siltuximab" in option.drugs:
            yield "siltuximab for IEC-HS"
        return
    given = len(situation.doses.of("tocilizumab"))
    if option.kind not in OFFERS or option.toxicity != "crs":
        yield f"tocilizumab by a line of {option.toxicity}, {option.kind}"
    if situation.crs.grade in {None, 0}:
        yield "tocilizumab without CRS"
    if situation.crs.is_review:
        yield "tocilizumab in review"
    if situation.crs.grade == 1 and not situation.has_persistent_fever():
        yield "tocilizumab at CRS 1 without a persistent fever"
    if given >= min(4, situation.local.tocilizumab_total):
        yield f"tocilizumab after {given} doses"
    if option.guideline == Guideline.REVIEW:
        yield from _of_next_dose(situation, option, given)


def _of_next_dose(situation: Situation, option: Option, given: int) -> Iterator[str]:
    """The review's line says the count and whether a limit stands against a dose now."""
    text = "; ".join(option.details)
    if f"{given} of {situation.local.tocilizumab_total} doses given" not in text:
        yield f"the count of {given} is missing: {text}"
    ledger = situation.doses.tocilizumab
    if (NO_LIMIT in text) is not (ledger is not None and ledger.allowed_now):
        yield f"wrong about the limits: {text}"
    for number in re.findall(r"at most (\d+) doses", option.text):
        if int(number) > situation.local.tocilizumab_total:
            yield f"{number} doses in the text"
    for number in re.findall(r"every (\d+) hours", option.text):
        if int(number) < situation.local.tocilizumab_interval_hours:
            yield f"every {number} hours in the text"


def _of_doses(situation: Situation, option: Option) -> Iterator[str]:
    """No dose above the printed ceiling or above the site's; none of an adult for a child."""
    if option.toxicity == "course":  # what was given, not what is offered
        return
    if situation.patient.is_child and _ADULT.search(option.text):
        yield f"an adult's dose for a child: {option.text}"
    for text in (option.text, *option.details):
        if re.search("by the choice of this site|in the last 24 h", text):
            continue
        if by_weight := _BY_WEIGHT.search(text):
            yield from _of_dose_by_weight(situation, option, by_weight)
            continue
        for drug, amount, unit in _doses_in(text, option.drugs):
            highest = _highest(situation, option, drug, unit)
            if highest is None:
                yield f"{amount} {unit} of {drug or 'nothing'} has no ceiling here: {text}"
            elif amount > highest:
                yield f"{amount} {unit} of {drug} is above {highest}: {text}"


def _highest(situation: Situation, option: Option, drug: str, unit: str) -> Decimal | None:
    """The ceiling as printed, for a line of the review also that of the site."""
    highest, weight = CEILINGS.get((drug, unit)), situation.patient.weight_kg
    if highest is None:
        return None
    if (drug, unit) == ("tocilizumab", "mg/kg") and weight is not None and weight < 30:
        return min(SMALL, situation.choices.tocilizumab_small_mg_per_kg)
    name = OF_A_CHOICE.get((drug, unit))
    if name is None or option.guideline != Guideline.REVIEW:
        return highest
    of_site: Decimal = getattr(situation.choices, name)
    return min(highest, of_site)


def _of_dose_by_weight(situation: Situation, option: Option, shown: re.Match[str]) -> Iterator[str]:
    """72 kg × 8 mg/kg = 576 mg: the weight on record, a rate and an amount within the ceilings."""
    weight, rate, amount = (Decimal(shown.group(n).replace(",", "")) for n in (1, 2, 4))
    (drug,) = option.drugs or ("anakinra",)
    highest = _highest(situation, option, drug, shown.group(3))
    if weight != situation.patient.weight_kg:
        yield f"another weight than {situation.patient.weight_kg} kg: {shown.string}"
    if highest is None or rate > highest:
        yield f"above {highest} {shown.group(3)}: {shown.string}"
    if abs(amount - weight * rate) > 1 and "cap" not in shown.string:
        yield f"not the product: {shown.string}"
    if drug == "tocilizumab" and amount > min(800, situation.choices.tocilizumab_cap_mg):
        yield f"above the cap: {shown.string}"


def _against_the_record(situation: Situation, option: Option) -> Iterator[str]:
    """Nothing that a recorded fact speaks against."""
    bedside, text = situation.bedside, option.text.lower()
    if option.code.startswith("icans_lumbar_puncture") and (
        bedside.edema or bedside.papilledema or _is_against_puncture(situation)
    ):
        yield "a lumbar puncture against what is recorded"
    if bedside.seizure and "prophylaxis" in text and option.kind in OFFERS and "seizure" in text:
        yield "seizure prophylaxis after a seizure"
    is_taper = option.kind == LineKind.STOP_OR_TAPER and "steroid" in text
    if is_taper and situation.doses.steroids.last is None:
        yield "a taper without a steroid"
    anc = situation.labs.get("anc")
    is_neutropenic = anc is not None and anc.is_fresh and anc.value < Decimal("0.5")
    claims = any(re.search(r"(?<!not )neutropenic", fact.text) for fact in option.why)
    if claims and not is_neutropenic:
        yield "neutropenic by no fresh count"
    if bedside.ventilated and option.code == "icans_airway":
        yield "airway protection of the ventilated"


def _is_against_puncture(situation: Situation) -> bool:
    platelets, inr = situation.labs.get("platelets"), situation.labs.get("inr")
    return (platelets is not None and platelets.is_fresh and platelets.value < 50) or (
        inr is not None and inr.is_fresh and inr.value > Decimal("1.5")
    )


@lru_cache(maxsize=8192)
def _order_in(text: str) -> str:
    return order_in(text)


@lru_cache(maxsize=8192)
def _doses_in(text: str, drugs: tuple[str, ...]) -> tuple[tuple[str, Decimal, str], ...]:
    """Each dose of a text, of the drug named last before it, else of the line's only drug."""
    drug = drugs[0] if len(drugs) == 1 else ""
    doses = []
    for named, number, unit in _DOSE.findall(text):
        if named:
            drug = named.lower()
        else:
            doses.append((drug, Decimal(number.replace(",", "")), unit))
    return tuple(doses)
