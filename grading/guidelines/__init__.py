"""Management options: what the literature offers for a situation, never what must be done."""

from grading.guidelines.options import Option, Situation, options, situation_at
from grading.guidelines.tocilizumab import TocilizumabLedger, tocilizumab_ledger

__all__ = [
    "Option",
    "Situation",
    "TocilizumabLedger",
    "options",
    "situation_at",
    "tocilizumab_ledger",
]
