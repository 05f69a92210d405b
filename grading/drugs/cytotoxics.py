"""Drugs against the tumor: lymphodepletion, bridging and intensification, antibodies included."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

CYTOTOXICS: tuple[Agent, ...] = rows_of(
    DrugClass.CYTOTOXIC,
    """
fludarabine | L01BB05 | 24698 | fludarabin, Fludara, Oforta
cyclophosphamide | L01AA01 | 3002 | cyclophosphamid, ciclofosfamida, CYC, Cytoxan, Endoxan, Neosar,
    Frindovyx
bendamustine | L01AA09 | 134547 | bendamustin, Treanda, Bendeka, Belrapzo, Vivimusta, Levact,
    Ribomustin, Apexelsin
etoposide | L01CB01 | 4179 | etoposid, VP-16, VePesid, Etopophos, Toposar
cytarabine | L01BC01 | 3041 | cytarabin, cytosine arabinoside, Ara-C, Cytosar, Alexan, DepoCyt
busulfan | L01AB01 | 1828 | Busulfex, Myleran
melphalan | L01AA03 | 6718 | Alkeran, Evomela, L-PAM
treosulfan | L01AB02 | | Grafapex, Trecondi
thiotepa | L01AC01 | 10473 | Tepadina
carmustine | L01AD01 | 2105 | BCNU, BiCNU
pentostatin | L01XX08 | 8011 | Nipent, deoxycoformycin
cladribine | L01BB04 | 44157 | Leustatin, Litak, Mavenclad, 2-CdA
clofarabine | L01BB06 | | Clolar, Evoltra
nelarabine | L01BB07 | | Arranon, Atriance
methotrexate | L01BA01 | 6851 | methotrexat, MTX, amethopterin, Trexall, Xatmep
mercaptopurine | L01BB02 | 103 | 6-mercaptopurine, 6-MP, Purinethol
tioguanine | L01BB03 | 10485 | thioguanine, 6-TG, Tabloid
ifosfamide | L01AA06 | 5657 | ifosfamid, Ifex, Holoxan
gemcitabine | L01BC05 | 12574 | gemcitabin, Gemzar, Infugem
oxaliplatin | L01XA03 | 32592 | Eloxatin
cisplatin | L01XA01 | 2555 | Platinol
carboplatin | L01XA02 | 40048 | Paraplatin
doxorubicin | L01DB01 | 3639 | adriamycin, hydroxydaunorubicin, Adriblastin
liposomal doxorubicin | | | pegylated liposomal doxorubicin, Doxil, Caelyx, Lipodox
daunorubicin | L01DB02 | 3109 | Cerubidine
idarubicin | L01DB06 | 5650 | Idamycin, Zavedos
epirubicin | L01DB03 | 3995 | Ellence
mitoxantrone | L01DB07 | 7005 | Novantrone
pixantrone | L01DB11 | | Pixuvri
vincristine | L01CA02 | 11202 | vincristin, Oncovin, Marqibo, Vincasar
vinblastine | L01CA01 | 11198 | Velban
vinorelbine | L01CA04 | 39541 | Navelbine
dacarbazine | L01AX04 | 3098 | DTIC
procarbazine | L01XB01 | 8702 | Matulane, Natulan
chlorambucil | L01AA02 | 2346 | Leukeran
hydroxyurea | L01XX05 | 5552 | hydroxycarbamide, Hydrea, Droxia, Litalir
azacitidine | L01BC07 | 1251 | 5-azacytidine, Vidaza, Onureg
decitabine | L01BC08 | 15657 | Dacogen
bleomycin | L01DC01 | 1622 | Blenoxane
asparaginase | L01XX02 | | L-asparaginase, Elspar, Erwinase, Rylaze
pegaspargase | L01XX24 | | Oncaspar
calaspargase pegol | L01XX86 | | calaspargase, Asparlas
rituximab | L01FA01 | 121191 | rituximab-abbs, rituximab-arrx, rituximab-pvvr, Rituxan, MabThera,
    Truxima, Riabni, Ruxience, Rixathon, Blitzima
obinutuzumab | L01FA03 | | Gazyva, Gazyvaro
ofatumumab | L01FA02 | | Arzerra, Kesimpta
polatuzumab vedotin | L01FX14 | | polatuzumab, polatuzumab vedotin-piiq, pola, Polivy
brentuximab vedotin | L01FX05 | | brentuximab, Adcetris
inotuzumab ozogamicin | L01FB01 | | inotuzumab, Besponsa
gemtuzumab ozogamicin | L01FX02 | | gemtuzumab, Mylotarg
loncastuximab tesirine | L01FX22 | | loncastuximab, loncastuximab tesirine-lpyl, Zynlonta, lonca
belantamab mafodotin | L01FX15 | | belantamab, belantamab mafodotin-blmf, Blenrep
tafasitamab | L01FX12 | | tafasitamab-cxix, Monjuvi, Minjuvi
blinatumomab | L01FX07 | | blina, Blincyto
mosunetuzumab | L01FX25 | | mosunetuzumab-axgb, Lunsumio
glofitamab | L01FX28 | | glofitamab-gxbm, Columvi
epcoritamab | L01FX27 | | epcoritamab-bysp, Epkinly, Tepkinly
odronextamab | L01FX34 | | Ordspono
teclistamab | L01FX24 | | teclistamab-cqyv, Tecvayli
elranatamab | L01FX32 | | elranatamab-bcmm, Elrexfio
talquetamab | L01FX29 | | talquetamab-tgvs, Talvey
linvoseltamab | L01FX37 | | linvoseltamab-gcpt, Lynozyfic
daratumumab | L01FC01 | | daratumumab-hyaluronidase, Darzalex, Darzalex Faspro
isatuximab | L01FC02 | | isatuximab-irfc, Sarclisa
elotuzumab | L01FX08 | | Empliciti
alemtuzumab | L04AG06 | | Campath, MabCampath, Lemtrada
bortezomib | L01XG01 | 358258 | Velcade
carfilzomib | L01XG02 | | Kyprolis
ixazomib | L01XG03 | | Ninlaro
lenalidomide | L04AX04 | 342369 | Revlimid
pomalidomide | L04AX06 | | Pomalyst, Imnovid
thalidomide | L04AX02 | 10432 | Thalomid
iberdomide | | |
mezigdomide | | |
selinexor | L01XX66 | | Xpovio, Nexpovio
venetoclax | L01XX52 | 1747556 | Venclexta, Venclyxto
ibrutinib | L01EL01 | 1442981 | Imbruvica
acalabrutinib | L01EL02 | | Calquence
zanubrutinib | L01EL03 | | Brukinsa
pirtobrutinib | L01EL05 | | Jaypirca
idelalisib | L01EM01 | | Zydelig
duvelisib | L01EM04 | | Copiktra
copanlisib | L01EM02 | | Aliqopa
imatinib | L01EA01 | 282388 | Gleevec, Glivec
nilotinib | L01EA03 | 662281 | Tasigna
bosutinib | L01EA04 | | Bosulif
ponatinib | L01EA05 | | Iclusig
asciminib | L01EA06 | | Scemblix
midostaurin | L01EX10 | | Rydapt
gilteritinib | L01EX13 | | Xospata
quizartinib | L01EX11 | | Vanflyta
revumenib | L01XX87 | | Revuforj
pembrolizumab | L01FF02 | | Keytruda
nivolumab | L01FF01 | | Opdivo
arsenic trioxide | L01XX27 | | Trisenox
tretinoin | L01XF01 | 10753 | all-trans retinoic acid, ATRA, Vesanoid
""",
)
