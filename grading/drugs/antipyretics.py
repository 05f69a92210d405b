"""Drugs that lower a fever: paracetamol, pyrazolones, and anti-inflammatory drugs of any kind.

A combination stands here under its own name where one of its drugs is an antipyretic.
"""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

ANTIPYRETICS: tuple[Agent, ...] = rows_of(
    DrugClass.ANTIPYRETIC,
    """
paracetamol | N02BE01 | 161 | acetaminophen, APAP, para-acetylaminophenol, acetaminofén, Tylenol,
    Panadol, Ofirmev, Perfalgan, Doliprane, Efferalgan, Dafalgan, Ben-u-ron, Calpol, Alvedon,
    Tachipirina, Crocin, Dolo-650, Feverall, Mapap, PCM
NSAID | | | NSAIDs, non-steroidal anti-inflammatory drug, nonsteroidal antiinflammatory, unspecified
    NSAID
metamizole | N02BB02 | | metamizol, dipyrone, dipirona, novaminsulfon, novaminsulfone,
    noramidopyrine, Novalgin, Analgin, Nolotil, Optalgin, metamizole magnesium
propacetamol | N02BE05 | | Pro-Dafalgan
phenazone | N02BB01 | | antipyrine
propyphenazone | N02BB04 | | isopropylantipyrine
aspirin | N02BA01 | 1191 | acetylsalicylic acid, acetylsalicylate, ASA, ASS, acetylsalicylsäure,
    Bayer Aspirin, Aspro, Ecotrin, Bufferin, Disprin, Aspegic, lysine acetylsalicylate, Aspirin
    Cardio, Cardioaspirin
carbasalate calcium | N02BA15 | | Ascal
diflunisal | N02BA11 | | Dolobid
salsalate | N02BA06 | | Disalcid
ibuprofen | M01AE01 | 5640 | ibuprofène, ibuprofeno, Advil, Motrin, Nurofen, Brufen, Caldolor,
    Dolgit, Neoprofen, Imbun
dexibuprofen | M01AE14 | | Seractil
naproxen | M01AE02 | 7258 | naproxène, Aleve, Naprosyn, Anaprox, Naprelan, Proxen
ketoprofen | M01AE03 | | Orudis, Profenid
dexketoprofen | M01AE17 | | Enantyum, Keral, Sympal
flurbiprofen | M01AE09 | 4502 | Ansaid, Strepfen
fenoprofen | M01AE04 | | Nalfon
oxaprozin | M01AE12 | | Daypro
loxoprofen | M01AE19 | | Loxonin
tiaprofenic acid | M01AE11 | | Surgam
diclofenac | M01AB05 | 3355 | Voltaren, Voltarol, Cataflam, Cambia, Zorvolex, Dyloject
aceclofenac | M01AB16 | | Beofenac
ketorolac | M01AB15 | 35827 | Toradol, Sprix
indomethacin | M01AB01 | 5781 | indometacin, Indocin, Indocid
acemetacin | M01AB11 | | Rantudil
sulindac | M01AB02 | | Clinoril
etodolac | M01AB08 | | Lodine
tolmetin | M01AB03 | | Tolectin
piroxicam | M01AC01 | | Feldene
tenoxicam | M01AC02 | | Tilcotil
lornoxicam | M01AC05 | | Xefo
meloxicam | M01AC06 | 41493 | Mobic, Anjeso, Metacam
mefenamic acid | M01AG01 | | mefenamate, Ponstel, Ponstan, Parkemed
tolfenamic acid | M01AG02 | | Clotam
meclofenamic acid | M01AG04 | | meclofenamate
celecoxib | M01AH01 | 140587 | Celebrex, Elyxyb
parecoxib | M01AH04 | | Dynastat
etoricoxib | M01AH05 | | Arcoxia
nabumetone | M01AX01 | | Relafen
nimesulide | M01AX17 | | Aulin
phenylbutazone | M01AA01 | | Butazolidin
hydrocodone-paracetamol | N02AJ22 | | hydrocodone/acetaminophen, acetaminophen/hydrocodone,
    paracetamol/hydrocodone, Norco, Vicodin, Lortab, Lorcet
oxycodone-paracetamol | N02AJ17 | | oxycodone/acetaminophen, acetaminophen/oxycodone,
    paracetamol/oxycodone, Percocet, Endocet, Roxicet
codeine-paracetamol | N02AJ06 | | codeine/acetaminophen, acetaminophen/codeine, paracetamol/codeine,
    co-codamol, Tylenol with codeine, Tylenol #3
tramadol-paracetamol | N02AJ13 | | tramadol/acetaminophen, acetaminophen/tramadol,
    paracetamol/tramadol, Ultracet, Tramacet, Zaldiar
butalbital-paracetamol-caffeine | N02BE71 | | butalbital/acetaminophen/caffeine,
    acetaminophen/butalbital/caffeine, Fioricet
aspirin-paracetamol-caffeine | N02BA51 | | aspirin/acetaminophen/caffeine,
    acetaminophen/aspirin/caffeine, Excedrin, Thomapyrin
hydrocodone-ibuprofen | N02AJ23 | | ibuprofen/hydrocodone, Vicoprofen
ibuprofen-paracetamol | N02BE51 | | paracetamol/ibuprofen, ibuprofen/acetaminophen,
    acetaminophen/ibuprofen, Advil Dual Action, Combogesic, Maxigesic
""",
)
