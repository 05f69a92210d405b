"""Drugs that hold the pressure: vasopressors, and inotropes, which are not counted as such."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

VASOPRESSORS: tuple[Agent, ...] = rows_of(
    DrugClass.VASOPRESSOR,
    """
norepinephrine | C01CA03 | 7512 | noradrenaline, noradrenalin, noradrenalina, norepinefrina,
    norepinephrin, norepi, norad, levarterenol, Levophed, Arterenol, Sinora
epinephrine | C01CA24 | 3992 | adrenaline, adrenalin, adrenalina, epinefrina, epinephrin,
    Suprarenin, EpiPen, Auvi-Q, Jext, Anapen, Emerade
phenylephrine | C01CA06 | 8163 | phenylephrin, fenilefrina, Neo-Synephrine, Biorphen, Vazculep,
    Immphentiv
dopamine | C01CA04 | 3628 | dopamin, dopamina, Intropin
angiotensin II | C01CX09 | | angiotensin 2, AT-II, Giapreza, human angiotensin II
vasopressin | H01BA01 | 11149 | argipressin, arginine vasopressin, AVP, argipressine, vasopressine,
    vasopresina, 8-arginine vasopressin, Vasostrict, Pitressin, Empressin, Embesin, Reverpleg
terlipressin | H01BA04 | | terlipressine, terlipresina, triglycyl-lysine vasopressin, glypressin,
    Terlivaz, Variquel, Haemopressin
metaraminol | C01CA09 | | metaraminol tartrate, Aramine
ephedrine | C01CA26 | 3966 | ephedrin, efedrina, Akovaz, Corphedra, Emerphed, Rezipres
etilefrine | C01CA01 | | etilefrin, Effortil
amezinium | C01CA25 | | amezinium metilsulfate, Supratonin
norfenefrine | C01CA05 | | Novadral
methoxamine | C01CA10 | | Vasoxyl
mephentermine | C01CA11 | | Mephentine, Wyamine
cafedrine-theodrenaline | C01CA21 | | theodrenaline/cafedrine, Akrinor
vasopressor | | | vasopressors, pressor, pressors, unspecified vasopressor
""",
)

INOTROPIC: tuple[Agent, ...] = rows_of(
    DrugClass.INOTROPE,
    """
dobutamine | C01CA07 | 3616 | dobutamin, dobutamina, Dobutrex
milrinone | C01CE02 | 52769 | milrinon, Primacor, Corotrop, Corotrope
levosimendan | C01CX08 | | Simdax, Zimino
enoximone | C01CE03 | | enoximon, Perfan
amrinone | C01CE01 | | inamrinone, Inocor
olprinone | | | Coretec
isoproterenol | C01CA02 | 6054 | isoprenaline, isoprenalin, Isuprel
dopexamine | C01CA14 | | Dopacard
istaroxime | | |
inotrope | | | inotropes, unspecified inotrope
""",
)
