"""Drugs against bacteria, fungi, viruses and parasites."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

ANTIMICROBIALS: tuple[Agent, ...] = rows_of(
    DrugClass.ANTIMICROBIAL,
    """
antimicrobial | | | antimicrobials, antibiotic, antibiotics, antibacterial, antifungal, antiviral,
    unspecified antibiotic
piperacillin-tazobactam | J01CR05 | 74169 | pip-tazo, piperacillin and tazobactam, Zosyn, Tazocin,
    Tazobac
ampicillin-sulbactam | J01CR01 | | Unasyn, Unacid
amoxicillin-clavulanate | J01CR02 | 19711 | amoxicillin/clavulanic acid, co-amoxiclav, amoxiclav,
    Augmentin
ampicillin | J01CA01 | 733 | Omnipen
amoxicillin | J01CA04 | 723 | amoxicilline, Amoxil
piperacillin | J01CA12 | 8339 | Pipracil
penicillin G | J01CE01 | | benzylpenicillin, penicillin G potassium, penicillin
penicillin V | J01CE02 | | phenoxymethylpenicillin
flucloxacillin | J01CF05 | | Floxapen
oxacillin | J01CF04 | 7773 | Bactocill
nafcillin | J01CF06 | 7233 | Nallpen
temocillin | J01CA17 | | Negaban
cefazolin | J01DB04 | 2180 | cefazoline, Ancef, Kefzol
cephalexin | J01DB01 | 2231 | cefalexin, Keflex
cefuroxime | J01DC02 | 2194 | cefuroxim, Zinacef, Ceftin
ceftriaxone | J01DD04 | 2193 | ceftriaxon, Rocephin
cefotaxime | J01DD01 | 2186 | cefotaxim, Claforan
ceftazidime | J01DD02 | 2191 | ceftazidim, Fortaz, Tazicef
cefepime | J01DE01 | 20481 | cefepim, Maxipime
cefiderocol | J01DI04 | | Fetroja, Fetcroja
ceftaroline | J01DI02 | | ceftaroline fosamil, Teflaro, Zinforo
ceftazidime-avibactam | J01DD52 | | Avycaz, Zavicefta
ceftolozane-tazobactam | J01DI54 | | Zerbaxa
meropenem | J01DH02 | 29561 | Merrem, Meronem
meropenem-vaborbactam | J01DH52 | | Vabomere, Vaborem
imipenem-cilastatin | J01DH51 | | imipenem, Primaxin, Tienam, Zienam
imipenem-cilastatin-relebactam | J01DH56 | | Recarbrio
ertapenem | J01DH03 | 325642 | Invanz
aztreonam | J01DF01 | 1272 | Azactam
vancomycin | J01XA01 | 11124 | vancomycine, vanc, vanco, Vancocin, Firvanq
teicoplanin | J01XA02 | | Targocid
dalbavancin | J01XA04 | | Dalvance, Xydalba
daptomycin | J01XX09 | 22299 | Cubicin
linezolid | J01XX08 | 190376 | Zyvox, Zyvoxid
tedizolid | J01XX11 | | Sivextro
gentamicin | J01GB03 | | gentamycin, Garamycin
tobramycin | J01GB01 | 10627 | Nebcin
amikacin | J01GB06 | 641 | Amikin
ciprofloxacin | J01MA02 | 2551 | cipro, Ciprobay
levofloxacin | J01MA12 | 82122 | Levaquin, Tavanic
moxifloxacin | J01MA14 | 139462 | Avelox
azithromycin | J01FA10 | 18631 | Zithromax, Z-Pak
clarithromycin | J01FA09 | 21212 | Biaxin, Klacid
erythromycin | J01FA01 | 4053 | Erythrocin
clindamycin | J01FF01 | 2582 | Cleocin, Sobelin
doxycycline | J01AA02 | 3640 | doxycyclin, Vibramycin
minocycline | J01AA08 | 6980 | Minocin
tigecycline | J01AA12 | | Tygacil
eravacycline | J01AA13 | | Xerava
metronidazole | J01XD01 | 6922 | metronidazol, Flagyl
trimethoprim-sulfamethoxazole | J01EE01 | 10831 | sulfamethoxazole/trimethoprim, co-trimoxazole,
    TMP-SMX, SMX-TMP, Bactrim, Septra, Cotrim, Eusaprim
nitrofurantoin | J01XE01 | 7454 | Macrobid
fosfomycin | J01XX01 | 4550 | Monurol
colistin | J01XB01 | 2709 | colistimethate, colistimethate sodium, Colomycin, Coly-Mycin
polymyxin B | J01XB02 | 8536 | polymyxin
rifampicin | J04AB02 | 9384 | rifampin, Rifadin
rifaximin | A07AA11 | 35619 | Xifaxan
isoniazid | J04AC01 | 6038 | INH
ethambutol | J04AK02 | 4110 | Myambutol
fidaxomicin | A07AA12 | | Dificid, Dificlir
fluconazole | J02AC01 | 4450 | fluconazol, Diflucan
voriconazole | J02AC03 | 121243 | voriconazol, Vfend
posaconazole | J02AC04 | 282446 | posaconazol, Noxafil
isavuconazole | J02AC05 | | isavuconazonium, isavuconazonium sulfate, Cresemba
itraconazole | J02AC02 | 28031 | Sporanox
caspofungin | J02AX04 | 140108 | Cancidas
micafungin | J02AX05 | 325887 | Mycamine
anidulafungin | J02AX06 | 341018 | Eraxis, Ecalta
rezafungin | J02AX08 | | Rezzayo
amphotericin B | J02AA01 | 732 | amphotericin, amphotericin B deoxycholate, Fungizone
liposomal amphotericin B | | | liposomal amphotericin, L-AmB, AmBisome, Abelcet
flucytosine | J02AX01 | 4451 | 5-FC, Ancobon
nystatin | A07AA02 | 7597 | Mycostatin
acyclovir | J05AB01 | 281 | aciclovir, Zovirax
valacyclovir | J05AB11 | 73645 | valaciclovir, Valtrex
famciclovir | J05AB09 | 68099 | Famvir
ganciclovir | J05AB06 | 4678 | Cytovene, Cymevene
valganciclovir | J05AB14 | 275891 | Valcyte
foscarnet | J05AD01 | 33562 | Foscavir
cidofovir | J05AB12 | | Vistide
letermovir | J05AX18 | | Prevymis
maribavir | J05AX10 | | Livtencity
entecavir | J05AF10 | 306266 | Baraclude
tenofovir | J05AF07 | 117466 | tenofovir disoproxil, tenofovir alafenamide, Viread, Vemlidy
lamivudine | J05AF05 | 68244 | Epivir
oseltamivir | J05AH02 | 260101 | Tamiflu
baloxavir | J05AX25 | | baloxavir marboxil, Xofluza
remdesivir | J05AB16 | 2284718 | Veklury
nirmatrelvir-ritonavir | J05AE30 | | Paxlovid
molnupiravir | J05AB18 | | Lagevrio
ribavirin | J05AP01 | 9344 | Copegus, Virazole
atovaquone | P01AX06 | 60212 | Mepron, Wellvone
pentamidine | P01CX01 | 7994 | Pentam, NebuPent, Pentacarinat
dapsone | J04BA02 | 3108 | dapson
ivermectin | P02CF01 | 6069 | Stromectol
albendazole | P02CA03 | 430 | Albenza
hydroxychloroquine | P01BA02 | 5521 | Plaquenil
""",
)
