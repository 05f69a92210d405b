"""How the name of a drug is read as a ward writes it: `TOCILIZUMAB 20 mg/mL`, `Decadron tablet`.

A name is compared without case, accents, spaces and punctuation. What stands beside it must surely
say nothing about the substance: a salt, a strength, a form, a route into the whole body, the
four-letter suffix of a biologic, or another name of the same drug in brackets. With any other word
the text names no drug: `norepinephrine placebo`, `dexamethasone eye drops`, `tocilizumab-held`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SALTS = _words("""
    sodium disodium potassium calcium magnesium phosphate phosphates succinate hemisuccinate
    acetate hydrochloride hcl bitartrate tartrate sulfate sulphate mesylate mesilate citrate
    maleate malate fumarate besylate besilate tosylate tosilate lactate hydrobromide hbr bromide
    chloride lysine arginine tromethamine trometamol anhydrous hydrate monohydrate dihydrate
    acetonide hexacetonide base sod succ phos
""")
FORMS = _words("""
    tablet tablets tab tabs capsule capsules cap caps pill injection injectable inj infusion
    solution soln concentrate suspension syrup elixir suppository powder vial vials ampoule
    ampule amp syringe prefilled pen autoinjector bag premix premixed drip gtt bolus push
    continuous er xr sr cr la ir dr ec odt extended delayed immediate release modified enteric
    coated film ds ss biosimilar biosim generic brand for in of pf preservative free tabl perfusor
""")
ROUTES = _words("""
    iv ivpb ivp i.v po p.o oral orally intravenous intravenously sc s.c sq subcut subcutaneous
    subcutaneously im i.m intramuscular pr rectal rectally enteral ng io intraosseous central
    peripheral parenteral
""")
HOW_OFTEN = _words("prn stat once daily qd bid tid qid q4h q6h q8h q12h q24h")
DILUENTS = _words("nacl ns d5w dextrose glucose saline water wfi")
BESIDE_A_NAME = SALTS | FORMS | ROUTES | HOW_OFTEN | DILUENTS

_UNIT = (
    "(?:mg|mcg|µg|μg|ug|g|kg|ng|ml|l|iu|ie|unit|units|u|meq|mmol|mu|min|h|hr|hour|day|dose|m2|m²)"
)
_STRENGTH = re.compile(
    rf"(?:[#x]?\d[\d.,]*{_UNIT}?|{_UNIT})(?:/(?:\d[\d.,]*)?{_UNIT}?)*%?|%", re.IGNORECASE
)
"""A number, a unit, or both, such as `4`, `#2`, `x1`, `20mg/ml`, `mg/250`, `0.9%`."""

_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
HYPHENS = ("-", "‐", "‑")
_PART = re.compile(r"([^\s,;_‐‑-]+)([\s,;_‐‑-]*)")
_BIOLOGIC = re.compile(r"(?:mab|cept|kinra|stim|ase)$")
_SUFFIX = re.compile(r"[A-Za-z]{4}")
WORDS_LIKE_A_SUFFIX = _words("held hold stop none omit skip plan fail full test done gave")
"""Four letters that a ward may write after a hyphen, and that are no suffix of a biologic."""


def drug_key(name: str) -> str:
    """The name in the form in which two spellings are equal: `Solu-Medrol` is solumedrol."""
    plain = unicodedata.normalize("NFKD", name.replace("®", "").replace("™", ""))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def named_in(text: str, names: Mapping[str, str]) -> str | None:
    """The name that a text surely holds, of `names` by their keys; None where it is not sure."""
    whole = names.get(drug_key(text))
    if whole is not None:
        return whole
    inside = [first or second for first, second in _IN_BRACKETS.findall(text)]
    name = _named_outside(_IN_BRACKETS.sub(" ", text), names)
    if name is None or any(
        not _is_beside_a_name(part) and _named_outside(part, names) != name for part in inside
    ):
        return None
    return name


def _named_outside(text: str, names: Mapping[str, str]) -> str | None:
    """The name in a text without brackets, after and before words that say nothing more."""
    parts: list[tuple[str, str]] = _PART.findall(text)
    start = 0
    while start < len(parts) and (start == 0 or _says_nothing(parts[start - 1][0])):
        for end in range(len(parts), start, -1):
            name = names.get(drug_key("".join(word for word, _ in parts[start:end])))
            if name is not None:
                is_part = _hangs_together(parts, start - 1) or _hangs_together(parts, end - 1)
                return name if not is_part and _are_beside(parts, end, name, names) else None
        start += 1
    return None


def _hangs_together(parts: list[tuple[str, str]], place: int) -> bool:
    """Whether a number without a unit hangs on a word there: `5-ASA` is no ASA, `AVP-786` no AVP.

    `place` is that of the first of the two; outside the text nothing hangs.
    """
    if not 0 <= place < len(parts) - 1:
        return False
    (word, between), (further, _) = parts[place : place + 2]
    if between not in HYPHENS or word.isdigit() == further.isdigit():
        return False
    unit = further if word.isdigit() else "".join(text for text, _ in parts[place + 2 : place + 3])
    return _STRENGTH.fullmatch(unit) is None


def _are_beside(
    parts: list[tuple[str, str]], end: int, name: str, names: Mapping[str, str]
) -> bool:
    """Whether all parts from `end` on may stand after this name: another of its own may too."""
    rest = parts[end:]
    if rest and _BIOLOGIC.search(name) and parts[end - 1][1] in HYPHENS:
        word = rest[0][0]
        if _SUFFIX.fullmatch(word) and word.lower() not in WORDS_LIKE_A_SUFFIX:
            rest = rest[1:]
    return all(_says_nothing(word) or names.get(drug_key(word)) == name for word, _ in rest)


def _is_beside_a_name(text: str) -> bool:
    return all(_says_nothing(word) for word, _ in _PART.findall(text))


def _says_nothing(word: str) -> bool:
    """Whether a word says nothing about which drug it is."""
    bare = word.lower().strip(".:")
    return bare in BESIDE_A_NAME or word.lower() in BESIDE_A_NAME or bool(_STRENGTH.fullmatch(bare))
