"""What an indication, entered as free text, means for the options: myeloma, autoimmune disease."""

from __future__ import annotations

import re

from grading.guidelines.products import CarProduct

AUTOIMMUNE = re.compile(
    r"autoimmun|lupus|\bsle\b|scleroderma|systemic sclerosis|multiple sclerosis|myositis|myasthenia"
    r"|rheumatoid|vasculitis|stiff.person|sj[öo]gren|neuromyelitis|\bnmosd\b|\bmogad\b|\bcidp\b"
    r"|pemphigus|nephritis",
    re.IGNORECASE,
)
BCMA = "BCMA"


def is_autoimmune(indication: str | None) -> bool:
    """Whether the cells were given for an autoimmune disease."""
    return AUTOIMMUNE.search(indication or "") is not None


def is_myeloma(indication: str | None, product: CarProduct | None) -> bool:
    """Whether the patient has myeloma, by indication or by a product against BCMA.

    Products against BCMA are approved for myeloma alone; an autoimmune indication is none.
    """
    if "myeloma" in (indication or "").lower():
        return True
    return is_against_bcma(product) and not is_autoimmune(indication)


def is_against_bcma(product: CarProduct | None) -> bool:
    return product is not None and product.target == BCMA
