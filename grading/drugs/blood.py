"""Growth factors of blood cells, blood products and immunoglobulins."""

from __future__ import annotations

from grading.drugs.rows import Agent, DrugClass, rows_of

GROWTH_FACTORS: tuple[Agent, ...] = (
    *rows_of(
        DrugClass.G_CSF,
        """
G-CSF | L03AA | | granulocyte colony stimulating factor
filgrastim | L03AA02 | 68442 | filgrastim-sndz, filgrastim-aafi, filgrastim-ayow, filgrastim-txid,
    tbo-filgrastim, Neupogen, Zarxio, Zarzio, Nivestym, Nivestim, Releuko, Nypozi, Granix,
    Tevagrastim, Accofil, Grastofil, Ratiograstim, Neukine
pegfilgrastim | L03AA13 | 338036 | pegfilgrastim-jmdb, pegfilgrastim-cbqv, pegfilgrastim-bmez,
    pegfilgrastim-apgf, pegfilgrastim-pbbk, pegfilgrastim-fpgk, Neulasta, Neulasta Onpro, Fulphila,
    Udenyca, Ziextenzo, Nyvepria, Fylnetra, Stimufend, Pelgraz, Pelmeg
lenograstim | L03AA10 | | Granocyte
lipegfilgrastim | L03AA14 | | Lonquex
empegfilgrastim | L03AA16 | | Extimia
eflapegrastim | L03AA19 | | eflapegrastim-xnst, Rolvedon
efbemalenograstim alfa | L03AA18 | | efbemalenograstim, Ryzneuta
""",
    ),
    *rows_of(
        DrugClass.THROMBOPOIETIN_AGONIST,
        """
thrombopoietin agonist | B02BX | | TPO agonist, TPO-RA, thrombopoietin receptor agonist
eltrombopag | B02BX05 | 711942 | eltrombopag olamine, Promacta, Revolade, Alvaiz
romiplostim | B02BX04 | | Nplate
avatrombopag | B02BX08 | | Doptelet
lusutrombopag | B02BX07 | | Mulpleta
hetrombopag | | | hetrombopag olamine
recombinant human thrombopoietin | | | rhTPO, TPIAO
""",
    ),
)

BLOOD_PRODUCTS: tuple[Agent, ...] = (
    *rows_of(
        DrugClass.TRANSFUSION_RED_CELLS,
        """
transfusion red cells | | | red cell transfusion, red cells, red blood cells, packed red cells,
    packed red blood cells, PRBC, pRBCs, RBC, RBCs, erythrocyte concentrate, erythrocytes,
    Erythrozytenkonzentrat
""",
    ),
    *rows_of(
        DrugClass.TRANSFUSION_PLATELETS,
        """
transfusion platelets | | | platelet transfusion, platelets, platelet concentrate, apheresis
    platelets, pooled platelets, single donor platelets, thrombocyte concentrate,
    Thrombozytenkonzentrat
""",
    ),
    *rows_of(
        DrugClass.CRYOPRECIPITATE,
        """
cryoprecipitate | | | cryo, cryoprecipitated AHF, pooled cryoprecipitate, Intercept fibrinogen
    complex
""",
    ),
    *rows_of(
        DrugClass.OTHER,
        """
fresh frozen plasma | B05AX03 | | FFP, plasma, thawed plasma, Octaplas, Octaplas LG, FP24
fibrinogen concentrate | B02BB01 | | fibrinogen, RiaSTAP, Fibryga, Haemocomplettan
granulocyte transfusion | | | granulocytes
whole blood | | | fresh whole blood
albumin | B05AA01 | 828529 | human albumin, Albutein, Plasbumin, Albuminex, Alburx, Flexbumin
prothrombin complex concentrate | B02BD01 | | PCC, 4F-PCC, Kcentra, Beriplex, Octaplex, Balfaxar
antithrombin | B01AB02 | | antithrombin III, Thrombate, Kybernin
coagulation factor VIIa | B02BD08 | | factor VIIa, eptacog alfa, NovoSeven
stem cell boost | | | CD34 boost, CD34 selected stem cell boost, autologous stem cell boost,
    hematopoietic stem cell boost
""",
    ),
)

IMMUNOGLOBULINS: tuple[Agent, ...] = rows_of(
    DrugClass.IVIG,
    """
IVIG | J06BA02 | | intravenous immunoglobulin, intravenous immune globulin, IV immunoglobulin, IV
    immune globulin, immunoglobulin, immune globulin, immunoglobulins, human immunoglobulin,
    immunoglobulin G, IgG replacement, IGIV, gamma globulin, Privigen, Octagam, Gamunex, Gamunex-C,
    Gammagard, Gammagard Liquid, Gammaked, Gammaplex, Flebogamma, Bivigam, Panzyga, Asceniv,
    Yimmugo, Alyglo, Qivigy, Kiovig, Intratect, IgVena, Iqymune, Pentaglobin, Sandoglobulin
subcutaneous immunoglobulin | J06BA01 | | SCIG, subcutaneous immune globulin, Hizentra, Cuvitru,
    Xembify, Cutaquig, HyQvia, Gammanorm
""",
)
