"""CAR-T products by any of their names: the target decides lines, the short name is for a board.

`Record.product` stays the text that was entered; here it finds its product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from grading.drugs.spelling import drug_key, named_in


@dataclass(frozen=True, slots=True)
class CarProduct:
    """One product: its international name, its short name, its target, brands and codes."""

    name: str
    short: str
    target: str
    other_names: tuple[str, ...] = ()


CAR_PRODUCTS: tuple[CarProduct, ...] = (
    CarProduct("axicabtagene ciloleucel", "axi-cel", "CD19", ("Yescarta", "KTE-C19")),
    CarProduct("brexucabtagene autoleucel", "brexu-cel", "CD19", ("Tecartus", "KTE-X19")),
    CarProduct("lisocabtagene maraleucel", "liso-cel", "CD19", ("Breyanzi", "JCAR017")),
    CarProduct("tisagenlecleucel", "tisa-cel", "CD19", ("Kymriah", "CTL019")),
    CarProduct("obecabtagene autoleucel", "obe-cel", "CD19", ("Aucatzyl", "AUTO1")),
    CarProduct("relmacabtagene autoleucel", "relma-cel", "CD19", ("Carteyva",)),
    CarProduct("inaticabtagene autoleucel", "inati-cel", "CD19", ("CNCT19",)),
    CarProduct("talicabtagene autoleucel", "tali-cel", "CD19", ("NexCAR19",)),
    CarProduct("mivocabtagene autoleucel", "miv-cel", "CD19", ("KYV-101",)),
    CarProduct("ARI-0001", "ARI-0001", "CD19", ("varnimcabtagene autoleucel", "var-cel")),
    CarProduct("idecabtagene vicleucel", "ide-cel", "BCMA", ("Abecma", "bb2121")),
    CarProduct(
        "ciltacabtagene autoleucel", "cilta-cel", "BCMA", ("Carvykti", "JNJ-4528", "JNJ-68284528")
    ),
    CarProduct("equecabtagene autoleucel", "eque-cel", "BCMA", ("Fucaso", "CT103A")),
    CarProduct("zevorcabtagene autoleucel", "zevor-cel", "BCMA", ("CT053",)),
    CarProduct("anitocabtagene autoleucel", "anito-cel", "BCMA", ("CART-ddBCMA",)),
    CarProduct("cesnicabtagene autoleucel", "cesni-cel", "BCMA", ("ARI0002h",)),
)

_BY_NAME = {product.name: product for product in CAR_PRODUCTS}
_NAMES = {
    drug_key(name): product.name
    for product in CAR_PRODUCTS
    for name in (product.name, product.short, *product.other_names)
}


@lru_cache(maxsize=1024)
def product_named(text: str) -> CarProduct | None:
    """The product in any of its names; None where it is not known."""
    name = named_in(text, _NAMES)
    return None if name is None else _BY_NAME[name]
