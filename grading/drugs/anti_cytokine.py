"""Drugs against a cytokine, its receptor, or the signal behind it (JAK inhibitors, dasatinib)."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

ANTI_CYTOKINE: tuple[Agent, ...] = rows_of(
    DrugClass.ANTI_CYTOKINE,
    """
tocilizumab | L04AC07 | 612865 | toci, TCZ, tocilizumab-anoh, tocilizumab-aazg, tocilizumab-bavi,
    atlizumab, Actemra, RoActemra, Tyenne, Tofidence, Avtozma, ACTPen, CT-P47, MSB11456, BAT1806,
    BIIB800
sarilumab | L04AC14 | 1923319 | Kevzara
siltuximab | L04AC11 | | Sylvant
satralizumab | L04AC19 | | satralizumab-mwge, Enspryng
sirukumab | L04AC15 | | Plivensia
olokizumab | L04AC23 | | Artlegia
levilimab | L04AC25 | | Ilsira
clazakizumab | | |
ziltivekimab | | |
anakinra | L04AC03 | 72435 | Kineret, IL-1 receptor antagonist, IL-1RA
canakinumab | L04AC08 | | Ilaris
rilonacept | L04AC04 | | Arcalyst
goflikicept | L04AC26 | |
emapalumab | L04AG09 | | emapalumab-lzsg, Gamifant
etanercept | L04AB01 | 214555 | etanercept-szzs, etanercept-ykro, Enbrel, Erelzi, Eticovo, Benepali,
    Nepexto
infliximab | L04AB02 | 191831 | infliximab-dyyb, infliximab-abda, infliximab-axxq, Remicade,
    Inflectra, Renflexis, Avsola, Remsima, Flixabi, Zessly, Zymfentra
adalimumab | L04AB04 | 327361 | adalimumab-atto, adalimumab-adbm, adalimumab-adaz, adalimumab-bwwd,
    adalimumab-fkjp, adalimumab-aqvh, adalimumab-afzb, adalimumab-aacf, adalimumab-aaty,
    adalimumab-ryvk, Humira, Amjevita, Cyltezo, Hyrimoz, Hadlima, Hulio, Yusimry, Abrilada, Idacio,
    Yuflyma, Simlandi, Amgevita, Imraldi
certolizumab pegol | L04AB05 | | certolizumab, Cimzia
golimumab | L04AB06 | | Simponi, Simponi Aria
ruxolitinib | L01EJ01 | 1193326 | Jakafi, Jakavi, ruxo
baricitinib | L04AF02 | 2047232 | Olumiant
tofacitinib | L04AF01 | 1357536 | Xeljanz
upadacitinib | L04AF03 | | Rinvoq
filgotinib | L04AF04 | | Jyseleca
itacitinib | L04AF05 | | INCB039110
peficitinib | L04AF06 | | Smyraf
ritlecitinib | L04AF08 | | Litfulo
deucravacitinib | L04AF07 | | Sotyktu
deuruxolitinib | L04AF09 | | Leqselvi
fedratinib | L01EJ02 | | Inrebic
pacritinib | L01EJ03 | | Vonjo
momelotinib | L01EJ04 | | Ojjaara, Omjjara
abrocitinib | D11AH08 | | Cibinqo
dasatinib | L01EA02 | 475342 | Sprycel, Phyrago
lenzilumab | | |
mavrilimumab | | |
namilumab | | |
otilimab | | |
ustekinumab | L04AC05 | | ustekinumab-auub, ustekinumab-aekn, ustekinumab-ttwe, ustekinumab-aauz,
    ustekinumab-stba, ustekinumab-kfce, ustekinumab-srlf, Stelara, Wezlana, Selarsdi, Pyzchiva,
    Otulfi, Imuldosa, Yesintek, Steqeyma, Uzpruvo
secukinumab | L04AC10 | | Cosentyx
ixekizumab | L04AC13 | | Taltz
brodalumab | L04AC12 | | Siliq, Kyntheum
bimekizumab | L04AC21 | | Bimzelx
guselkumab | L04AC16 | | Tremfya
risankizumab | L04AC18 | | Skyrizi
tildrakizumab | L04AC17 | | Ilumya, Ilumetri
mirikizumab | L04AC24 | | Omvoh
spesolimab | L04AC22 | | Spevigo
dupilumab | D11AH05 | | Dupixent
basiliximab | L04AC02 | | Simulect
daclizumab | L04AC01 | | Zenapax, Zinbryta
inolimomab | | | Leukotac
mepolizumab | R03DX09 | | Nucala
reslizumab | R03DX08 | | Cinqair, Cinqaero
benralizumab | R03DX10 | | Fasenra
tadekinig alfa | | | tadekinig, IL-18 binding protein
""",
)
