"""Drugs of a ward that no rule looks at: known by name so that nobody is asked what they are.

Midodrine is among them: a tablet against low pressure is no infusion of a vasopressor.
"""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

OTHERS: tuple[Agent, ...] = rows_of(
    DrugClass.OTHER,
    """
methylene blue | V03AB17 | 6878 | methylthioninium chloride, methylthioninium, methylenblau,
    ProvayBlue
hydroxocobalamin | V03AB33 | | Cyanokit, vitamin B12a
fludrocortisone | H02AA02 | 4452 | fludrocortison, Florinef, Astonin H
fluticasone | R03BA05 | 41126 | Flovent, Flixotide, Flonase
beclometasone | R03BA01 | 1347 | beclomethasone, Qvar, Clipper
mometasone | R03BA07 | 108118 | Asmanex, Nasonex
clobetasol | D07AD01 | | Dermovate, Temovate
mesalazine | A07EC02 | 52582 | mesalamine, 5-ASA, Asacol, Pentasa, Salofalk
midodrine | C01CA17 | 6963 | midodrin, ProAmatine, Orvaten, Gutron, Amatine
droxidopa | C01CA27 | | Northera
desmopressin | H01BA02 | 3251 | DDAVP, Minirin, Octostim
digoxin | C01AA05 | 3407 | Lanoxin
digitoxin | C01AA04 | | Digimerck
amiodarone | C01BD01 | 703 | Cordarone, Pacerone
metoprolol | C07AB02 | 6918 | Lopressor, Beloc
esmolol | C07AB09 | 49737 | Brevibloc
landiolol | C07AB14 | | Rapibloc, Rapiblyk
diltiazem | C08DB01 | 3443 | Cardizem
nicardipine | C08CA04 | 7396 | Cardene
labetalol | C07AG01 | 6185 | Trandate
hydralazine | C02DB02 | 5470 | Apresoline
nitroglycerin | C01DA02 | 4917 | glyceryl trinitrate, GTN
acetazolamide | S01EC01 | 167 | Diamox
furosemide | C03CA01 | 4603 | frusemide, Lasix
bumetanide | C03CA02 | 1808 | Bumex
spironolactone | C03DA01 | 9997 | Aldactone
mannitol | B05BC01 | 6628 | Osmitrol
hypertonic saline | | | 3% saline, 3 % NaCl, hypertonic sodium chloride
magnesium sulfate | B05XA05 | 6585 | magnesium sulphate, magnesium
potassium chloride | B05XA01 | 8591 | KCl, potassium
calcium gluconate | A12AA03 | 1908 | calcium
sodium bicarbonate | B05XA02 | 36676 | NaHCO3, bicarbonate, bicarb
sodium chloride | B05XA03 | 9863 | normal saline, NaCl
lactated Ringer | B05BB01 | | Ringer's lactate, lactated Ringers, Plasma-Lyte, balanced crystalloid
insulin | A10A | | regular insulin, insulin regular, insulin lispro, insulin aspart, insulin
    glargine, Humalog, Novolog, NovoRapid, Lantus, Actrapid, Humulin R
fentanyl | N01AH01 | 4337 | Sublimaze
remifentanil | N01AH06 | 73032 | Ultiva
sufentanil | N01AH03 | 56795 | Sufenta
morphine | N02AA01 | 7052 | morphin, MS Contin
hydromorphone | N02AA03 | 3423 | Dilaudid
oxycodone | N02AA05 | 7804 | OxyContin
hydrocodone | R05DA03 | 5489 | Hysingla, Zohydro
codeine | R05DA04 | 2670 | codein
tramadol | N02AX02 | 10689 | Ultram
methadone | N07BC02 | 6813 | Dolophine
meperidine | N02AB02 | 6754 | pethidine, Demerol, Dolantin
naloxone | V03AB15 | 7242 | Narcan
rocuronium | M03AC09 | 68139 | Esmeron, Zemuron
vecuronium | M03AC03 | 71535 | Norcuron
cisatracurium | M03AC11 | 319864 | Nimbex
succinylcholine | M03AB01 | 10154 | suxamethonium, Anectine
haloperidol | N05AD01 | 5093 | Haldol
quetiapine | N05AH04 | 51272 | Seroquel
olanzapine | N05AH03 | 61381 | Zyprexa
clonidine | C02AC01 | 2599 | Catapres
diphenhydramine | R06AA02 | 3498 | Benadryl
chlorphenamine | R06AB04 | 2400 | chlorpheniramine, Piriton
clemastine | R06AA04 | 2578 | Tavegil, Tavegyl
cetirizine | R06AE07 | 20610 | Zyrtec
hydroxyzine | N05BB01 | 5553 | Atarax, Vistaril
famotidine | A02BA03 | 4278 | Pepcid
pantoprazole | A02BC02 | 40790 | Protonix
omeprazole | A02BC01 | 7646 | Prilosec
esomeprazole | A02BC05 | 283742 | Nexium
ondansetron | A04AA01 | 26225 | Zofran
granisetron | A04AA02 | 26237 | Kytril
aprepitant | A04AD12 | 358255 | Emend, fosaprepitant
metoclopramide | A03FA01 | 6915 | Reglan
allopurinol | M04AA01 | 519 | Zyloprim, Zyloric
rasburicase | V03AF07 | 283821 | Elitek, Fasturtec
febuxostat | M04AA03 | 73689 | Uloric, Adenuric
enoxaparin | B01AB05 | 67108 | Lovenox, Clexane
heparin | B01AB01 | 5224 | unfractionated heparin, UFH
dalteparin | B01AB04 | 67109 | Fragmin
apixaban | B01AF02 | 1364430 | Eliquis
rivaroxaban | B01AF01 | 1114195 | Xarelto
warfarin | B01AA03 | 11289 | Coumadin
argatroban | B01AE03 | 15202 | Argatra
defibrotide | B01AX01 | 1311089 | Defitelio
tranexamic acid | B02AA02 | 10691 | TXA, Cyklokapron
phytonadione | B02BA01 | 8308 | vitamin K, vitamin K1, phytomenadione, Konakion
epoetin alfa | B03XA01 | 105694 | erythropoietin, EPO, epoetin, Epogen, Procrit, Retacrit
darbepoetin alfa | B03XA02 | | darbepoetin, Aranesp
luspatercept | B03XA06 | | Reblozyl
sargramostim | L03AA09 | | GM-CSF, granulocyte-macrophage colony stimulating factor, Leukine
molgramostim | L03AA03 | | Leucomax
plerixafor | L03AX16 | | Mozobil
mesna | V03AF01 | 44 | Mesnex, Uromitexan
leucovorin | V03AF03 | 6313 | folinic acid, calcium folinate
folic acid | B03BB01 | 4511 | folate
ciclosporin | L04AD01 | 3008 | cyclosporine, cyclosporin, Neoral, Sandimmune
tacrolimus | L04AD02 | 42316 | FK506, Prograf
sirolimus | L04AH01 | 35302 | rapamycin, Rapamune
everolimus | L04AH02 | 141704 | Afinitor, Certican
mycophenolate mofetil | L04AA06 | 68149 | MMF, mycophenolate, mycophenolic acid, CellCept, Myfortic
azathioprine | L04AX01 | 1256 | Imuran
antithymocyte globulin | L04AA04 | | ATG, Thymoglobulin, Atgam, Grafalon
abatacept | L04AA24 | 614391 | Orencia
belimumab | L04AG04 | | Benlysta
vedolizumab | L04AG05 | | Entyvio
natalizumab | L04AG03 | 354770 | Tysabri
eculizumab | L04AJ01 | 591781 | Soliris
ravulizumab | L04AJ02 | | Ultomiris
narsoplimab | | | Yartemlea
belumosudil | L04AA48 | | Rezurock
interferon gamma | L03AB03 | | Actimmune
aldesleukin | L03AC01 | | interleukin-2, IL-2, Proleukin
colchicine | M04AC01 | 2683 | Colcrys
hyaluronidase | B06AA03 | | Hylenex
octreotide | H01CB02 | 7617 | Sandostatin
loperamide | A07DA03 | 6468 | Imodium
ursodiol | A05AA02 | 62427 | ursodeoxycholic acid, Ursofalk, Actigall
levothyroxine | H03AA01 | 10582 | L-thyroxine, Synthroid, Euthyrox
thiamine | A11DA01 | 10454 | vitamin B1
ascorbic acid | A11GA01 | 1151 | vitamin C
salbutamol | R03AC02 | 435 | albuterol, Ventolin
ipratropium | R03BB01 | 7213 | Atrovent
atorvastatin | C10AA05 | 83367 | Lipitor
levodopa-carbidopa | N04BA02 | | carbidopa/levodopa, Sinemet
""",
)
