"""Antiepileptics, and sedatives with the drugs of anesthesia that put to sleep."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

ANTIEPILEPTICS: tuple[Agent, ...] = rows_of(
    DrugClass.ANTIEPILEPTIC,
    """
antiepileptic | N03A | | antiepileptics, AED, anticonvulsant, antiseizure medication, ASM
levetiracetam | N03AX14 | 114477 | LEV, Keppra, Spritam, Elepsia, Matever
brivaracetam | N03AX23 | 1739745 | Briviact
lacosamide | N03AX18 | 623400 | lacosamid, Vimpat, Motpoly
phenytoin | N03AB02 | 8183 | phénytoïne, fenitoina, diphenylhydantoin, Dilantin, Phenhydan,
    Epanutin, Phenytek
fosphenytoin | N03AB05 | 72236 | Cerebyx, Pro-Epanutin, Sesquient
valproate | N03AG01 | 11118 | valproic acid, sodium valproate, divalproex, divalproex sodium,
    valproinsäure, VPA, Depakote, Depakene, Depacon, Depakine, Epilim, Orfiril, Convulex
phenobarbital | N03AA02 | 8134 | phenobarbitone, Luminal, Sezaby
primidone | N03AA03 | | Mysoline
carbamazepine | N03AF01 | 2002 | carbamazepin, Tegretol, Carbatrol, Equetro
oxcarbazepine | N03AF02 | 32624 | Trileptal, Oxtellar
eslicarbazepine | N03AF04 | | eslicarbazepine acetate, Aptiom, Zebinix
rufinamide | N03AF03 | | Banzel, Inovelon
lamotrigine | N03AX09 | 28439 | lamotrigin, Lamictal, Subvenite
topiramate | N03AX11 | 38404 | topiramat, Topamax, Trokendi, Qudexy
zonisamide | N03AX15 | 39998 | Zonegran, Zonisade
perampanel | N03AX22 | | Fycompa
cenobamate | N03AX25 | | Xcopri, Ontozry
felbamate | N03AX10 | | Felbatol
vigabatrin | N03AG04 | | Sabril, Vigadrone
tiagabine | N03AG06 | | Gabitril
ethosuximide | N03AD01 | | Zarontin, Petnidan
stiripentol | N03AX17 | | Diacomit
cannabidiol | N03AX24 | | Epidiolex, Epidyolex
ganaxolone | N03AX27 | | Ztalmy
sultiame | N03AX03 | | sulthiame, Ospolot
clonazepam | N03AE01 | 2598 | Klonopin, Rivotril
clobazam | N05BA09 | 21241 | Onfi, Sympazan, Frisium, Urbanyl
gabapentin | N02BF01 | 25480 | Neurontin, Gralise
pregabalin | N02BF02 | 187832 | Lyrica
""",
)

SEDATIVES: tuple[Agent, ...] = rows_of(
    DrugClass.SEDATIVE,
    """
sedative | | | sedatives, sedation, benzodiazepine, benzodiazepines
propofol | N01AX10 | 8782 | Diprivan, Propoven, Disoprivan
midazolam | N05CD08 | 6960 | Versed, Dormicum, Nayzilam, Buccolam, Seizalam, Hypnovel
lorazepam | N05BA06 | 6470 | Ativan, Tavor, Temesta
diazepam | N05BA01 | 3322 | Valium, Diastat, Valtoco, Stesolid
oxazepam | N05BA04 | 7781 | Serax, Seresta, Adumbran
alprazolam | N05BA12 | 596 | Xanax
temazepam | N05CD07 | 10355 | Restoril
flunitrazepam | N05CD03 | | Rohypnol
remimazolam | N05CD14 | | Byfavo
dexmedetomidine | N05CM18 | 48937 | Precedex, Dexdor, Igalmi
ketamine | N01AX03 | 6130 | ketamin, Ketalar, Ketanest
esketamine | N01AX14 | | Spravato, Ketanest S
etomidate | N01AX07 | 4177 | Amidate, Hypnomidate
thiopental | N01AF03 | 10493 | thiopentone, Pentothal, Trapanal
methohexital | N01AF01 | | Brevital, Brevimytal
pentobarbital | N05CA01 | 8004 | Nembutal
chloral hydrate | N05CC01 | | chloraldurat
zolpidem | N05CF02 | 39993 | Ambien, Stilnox
zopiclone | N05CF01 | | Imovane, Ximovan
sevoflurane | N01AB08 | 36453 | Sevorane, Ultane
isoflurane | N01AB06 | 6026 | Forane, Sedaconda
desflurane | N01AB07 | 27340 | Suprane
melatonin | N05CH01 | 6711 | Circadin, Slenyto
""",
)
