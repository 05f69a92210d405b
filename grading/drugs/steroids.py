"""Corticosteroids with the effect of cortisol, given to the whole body.

Those that are only inhaled or put on the skin, and fludrocortisone, are among the other drugs.
"""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

STEROIDS: tuple[Agent, ...] = rows_of(
    DrugClass.STEROID,
    """
dexamethasone | H02AB02 | 3264 | dexamethason, dexametasona, desametasone, dexa, Decadron, Dexasone,
    Hexadrol, Hemady, Fortecortin, Neofordex, Dexsol, Oradexon, Dexona, Dectancyl
methylprednisolone | H02AB04 | 6902 | methylprednisolon, methylprednisone, metilprednisolona,
    methylpred, 6-methylprednisolone, MePred, Medrol, Solu-Medrol, Depo-Medrol, Depo-Medrone,
    Urbason, Medrone, A-Methapred
prednisone | H02AB07 | 8640 | prednison, prednisona, Deltasone, Rayos, Lodotra, Decortin, Cortancyl,
    Sterapred, Meticorten
prednisolone | H02AB06 | 8638 | prednisolon, prednisolona, Orapred, Pediapred, Millipred, Prelone,
    Solupred, Decortin H, Solu-Decortin, Solu-Decortin H, Deltacortril, Redipred, Omnipred
hydrocortisone | H02AB09 | 5492 | hydrocortison, cortisol, hidrocortisona, hydrocort, Solu-Cortef,
    Cortef, Hydrocortone, Hydrocortistab, Efcortesol, Alkindi, Plenadren
betamethasone | H02AB01 | 1514 | betamethason, Celestone, Celestan, Celestone Soluspan, Betnesol,
    Betapred
triamcinolone | H02AB08 | 10759 | triamcinolon, Kenalog, Aristocort, Volon
cortisone | H02AB10 | 2878 | cortison, cortisone acetate, Cortone
deflazacort | H02AB13 | | Emflaza, Calcort
fluocortolone | H02AB03 | | Ultralan
paramethasone | H02AB05 | | Haldrone
cloprednol | H02AB14 | | Syntestan
meprednisone | H02AB15 | | Betapar
vamorolone | H02AB18 | | Agamree
budesonide | A07EA06 | 19831 | budesonid, Entocort, Budenofalk, Uceris, Cortiment, Tarpeyo, Ortikos
corticosteroid | H02AB | | corticosteroids, glucocorticoid, glucocorticoids, steroid, steroids,
    unspecified steroid
""",
)
