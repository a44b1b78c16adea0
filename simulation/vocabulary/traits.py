"""What a cell can have: every column of a cell, in bundles that cell types combine.

A behaviour needs no type, it needs a column: a cell with LFA-1 binds ICAM-1, one with a `division_rate` divides. A new
cell type joins old processes by taking their columns.
"""

from __future__ import annotations

from simulation.engine.column import AtBirth, Column, Effect, factor, request, total
from simulation.vocabulary.cytokines import HERE_COLUMNS, OUTPUT_COLUMNS, SECRETION_COLUMNS
from simulation.vocabulary.junctions import QUIET
from simulation.vocabulary.molecules import COPIES, SURFACE_COLUMNS

SHARE = (0.0, 1.0)
POSITIVE = (0.0, 1e12)

#: shape, what its membrane shows, and how tissue pushes and holds it
BODY = (
    Column("radius", "um", "radius", start=9, bounds=(0.5, 50)),
    Column("mobility", "um/min/pN", "how fast it yields to force; 0 = held in place", bounds=(0, 100)),
    Column("hold", "1", "share of its freedom to move that surrounding capsule leaves", start=1, bounds=SHARE),
    total("drift_x", "um/min", "own migration"),
    total("drift_y", "um/min", "own migration"),
    total("drift_z", "um/min", "own migration"),
    Column("pressure", "pN/um^2", "repulsion by neighbours per surface", bounds=POSITIVE),
    Column("crowding", "1", "neighbours in touch", bounds=(0, 1000)),
    *SURFACE_COLUMNS,
    Column("cadherin_bonds", "1", "E-cadherin bonds with all neighbours", bounds=POSITIVE),
    Column("age", "day", "time since birth or entry", bounds=(0, 1e5), at_birth=AtBirth.START),
)

#: what is where the cell is; what it secretes
SURROUNDINGS = (
    *HERE_COLUMNS,
    Column("ecm_here", "1", "matrix density where the cell is", bounds=SHARE),
    Column("capsule_here", "1", "capsule integrity where the cell is", bounds=SHARE),
    Column("enclosure", "1", "integrity of the nearest capsule wall within sight; 0 where none is", bounds=SHARE),
    Column("injury_here", "1", "injured parenchyma where the cell is", bounds=SHARE),
    *SECRETION_COLUMNS,
    factor("secretion_factor", "what diet and drugs make of the secretion of TNF, IL-6 and CCL2"),
    *OUTPUT_COLUMNS,
)

#: a persistent random walk that may follow a gradient
MIGRATION = (
    Column("speed", "um/min", "migration speed while nothing holds it", bounds=(0, 100)),
    Column("persistence", "min", "time for which it keeps its direction", start=10, bounds=(0.1, 1e5)),
    Column("chemotaxis", "1", "how far it follows the gradient, 0 not at all ... 1 straight", bounds=SHARE),
    factor("motility_factor", "what phenotype, calcium and drugs make of the speed"),
    factor("chemotaxis_factor", "what receptors make of following the gradient"),
    Column("cxcl_following", "1", "weight of CXC chemokines in what it follows", start=1, bounds=SHARE),
    Column("ccl2_following", "1", "weight of CCL2 in what it follows", bounds=SHARE),
    Column("heading_x", "1", "direction of migration", bounds=(-1, 1)),
    Column("heading_y", "1", "direction of migration", bounds=(-1, 1)),
    Column("heading_z", "1", "direction of migration", bounds=(-1, 1)),
)

METABOLISM = (Column("o2_uptake", "1/min", "oxygen uptake while oxygen is plenty", bounds=(0, 1000)),)

#: TNF, IL-1b -> IKK -> NF-kB -> ICAM-1 mRNA -> membrane -> shed
ICAM1_EXPRESSION = (
    Column("tlr3", "1", "TLR3 at work in endosomes, share", bounds=SHARE),
    Column("tlr", "1", "share of IKK that Toll-like receptors activate", bounds=SHARE),
    factor("nfkb_import", "share of NF-kB import that drugs leave"),
    Column("nfkb", "1", "NF-kB in the nucleus, share", bounds=SHARE),
    Column("nfkb_inhibitor", "1", "IkBa and A20, lumped", bounds=(0, 1e3)),
    Column("icam1_basal", "1/h", "ICAM-1 mRNA synthesis without stimulus", start=0.04, bounds=(0, 100)),
    Column("icam1_translation", "1/h", "ICAM-1 copies made per unit of mRNA", bounds=(0, 1e8)),
    Column("stage", "1", "degree of malignant transformation, as vocabulary/stages.py numbers it", bounds=(0, 8)),
    Column("stage_of_basal", "1", "stage for which icam1_basal is given", bounds=(0, 8)),
    factor("icam1_basal_factor", "what malignant transformation makes of basal ICAM-1 synthesis"),
    factor("icam1_transcription_factor", "what treatments leave of ICAM-1 transcription"),
    factor("icam1_translation_factor", "what knockdown leaves of ICAM-1 translation"),
    factor("icam1_shedding_factor", "what treatments leave of ICAM-1 shedding"),
    Column("icam1_mrna", "1", "ICAM-1 mRNA", bounds=(0, 1e6), at_birth=AtBirth.COPY),
    Column("icam1", "1", "ICAM-1 copies on the membrane", bounds=COPIES, at_birth=AtBirth.HALVE),
    Column("icam1_shed", "1", "ICAM-1 copies shed since the start", bounds=(0, 1e15), at_birth=AtBirth.HALVE),
    Column(
        "icam1_made",
        "1",
        "ICAM-1 copies brought to the membrane since the start",
        bounds=(0, 1e15),
        at_birth=AtBirth.HALVE,
    ),
    Column("icam1_degraded", "1", "ICAM-1 copies degraded since the start", bounds=(0, 1e15), at_birth=AtBirth.HALVE),
    Column(
        "icam1_blocked", "1", "antibody on ICAM-1, as concentration over its dissociation constant", bounds=POSITIVE
    ),
    Column(
        "icam1_bonds", "1", "bonds that lymphocytes hold to this cell's ICAM-1", bounds=POSITIVE, at_birth=AtBirth.START
    ),
)

#: growth, stress and death
LIFE = (
    Column("division_rate", "1/day", "divisions per day where nothing is short", bounds=(0, 10)),
    Column("cycle", "1", "place in the cell cycle, divides at 1", bounds=(0, 2), at_birth=AtBirth.START),
    factor("division_factor", "what neighbours, drugs and niche make of the division rate"),
    Column("apoptosis_rate", "1/day", "rate of spontaneous death", bounds=(0, 100)),
    factor("apoptosis_factor", "what NF-kB, drugs and niche make of the death rate"),
    request("divides", "wants to divide", Effect.DIVISION),
    request("apoptosis", "dies of its own", Effect.DEATH),
    request("necrosis", "dies for want of oxygen", Effect.DEATH),
    request("resected", "is cut out by the surgeon", Effect.DEATH),
)

#: what T cells can do to it
TARGET = (
    Column("antigenicity", "1", "how readily T cells recognise it, 0 not at all", bounds=SHARE),
    Column("mhc1", "1", "MHC class I, 0 lost, 1 there", start=1, bounds=SHARE),
    Column("damage", "1", "hits by cytotoxic cells not yet repaired", bounds=(0, 1e4), at_birth=AtBirth.HALVE),
    request("killed", "dies of cytotoxic hits", Effect.DEATH),
)

#: invasion and spread
SPREAD = (
    Column("invasive", "1", "1 for a cell that can invade vessels and found colonies, 0 otherwise", bounds=SHARE),
    Column("stat3", "1", "active STAT3, share", bounds=SHARE),
    Column("calcium", "1", "calcium set free by engaged ICAM-1, over that of half effect", bounds=(0, 1e6)),
    Column("egfr_gain", "1", "how strongly engaged ICAM-1 feeds EGFR and STAT3", bounds=(0, 10)),
    Column("emt", "1", "0 epithelial ... 1 mesenchymal", bounds=SHARE),
    Column("detached", "1", "1 while torn loose from its neighbours", bounds=SHARE, at_birth=AtBirth.START),
    Column(
        "convoy", "1", "name shared by cells about to travel together, 0 = none", dtype="uint64", at_birth=AtBirth.START
    ),
    request("leaves", "cells of this parcel that enter the blood", Effect.DEPARTURE),
    Column("colony", "1", "lineage of the arrived cell that founded its colony, 0 = primary tumour", dtype="uint64"),
    Column("dormant", "1", "1 while asleep in a foreign organ", bounds=SHARE),
)

#: lymphocytes: integrin, migration, conjugates
LYMPHOCYTE = (
    Column("lfa1_open", "1", "share of LFA-1 in the open, high-affinity state", start=0.01, bounds=SHARE),
    Column("lfa1_intermediate", "1", "share of LFA-1 in the intermediate state", start=0.09, bounds=SHARE),
    Column("recognition", "1", "readiness to hold what it recognises; 0 = never conjugates", start=1, bounds=SHARE),
    Column("cytotoxicity", "1", "readiness to kill, 1 = an effector T cell", bounds=(0, 10)),
    Column("suppression", "1", "share of its hits that M2 macrophages beside it leave", start=1, bounds=SHARE),
    Column(
        "mhc_restriction",
        "1",
        "1 recognises only what MHC class I presents (T cell), 0 needs none (NK cell)",
        start=1,
        bounds=SHARE,
    ),
    Column(
        "partner", "1", "lineage of the cell it is conjugated with, 0 = none", dtype="uint64", at_birth=AtBirth.START
    ),
    Column("contact_time", "min", "how long the conjugate has lasted", bounds=(0, 1e6), at_birth=AtBirth.START),
    Column("bonds", "1", "bonds with its partner, of all pairs", bounds=POSITIVE, at_birth=AtBirth.START),
    Column("bonds_closed", "1", "of these, by closed LFA-1 on ICAM-1", bounds=POSITIVE, at_birth=AtBirth.START),
    Column("bonds_intermediate", "1", "of these, by intermediate LFA-1", bounds=POSITIVE, at_birth=AtBirth.START),
    Column("bonds_open", "1", "of these, by open LFA-1", bounds=POSITIVE, at_birth=AtBirth.START),
    Column("bonds_other", "1", "of these, by other pairs", bounds=POSITIVE, at_birth=AtBirth.START),
    Column("lifespan_rate", "1/day", "rate at which it dies or leaves the tissue", bounds=(0, 100)),
    request("expires", "ends its stay", Effect.DEATH),
)

#: macrophages: what they eat and what they become by it
MACROPHAGE = (
    Column("macrophage", "1", "1 for macrophages, by which their neighbours know them", bounds=SHARE),
    Column("m2", "1", "polarisation, 0 M0 or M1 ... 1 M2", bounds=SHARE),
    Column("eaten", "1", "apoptotic bodies taken up since it came", bounds=(0, 1e9)),
    Column("digesting", "1", "apoptotic bodies in digestion", bounds=(0, 1e6)),
)
NEUTROPHIL = (Column("neutrophil", "1", "1 for neutrophils, by which their neighbours know them", bounds=SHARE),)

#: vessel wall
ENDOTHELIUM = (
    Column("venule", "1", "1 in the post-sinusoidal venule, 0 in a sinusoid or capillary", bounds=SHARE),
    Column("shear_rate", "1/s", "wall shear rate; 0 in cells that line no vessel", bounds=(0, 1e5)),
    Column("vessel_diameter", "um", "inner diameter of the vessel it lines", start=8, bounds=(1, 1e4)),
    Column(
        "o2_exchange", "1/min", "oxygen exchange of its stretch of vessel with one voxel, 0 = none", bounds=(0, 1e4),
        at_birth=AtBirth.HALVE,
    ),
    Column(
        "maturity", "1", "share of its full oxygen exchange that it has reached; below 1 in sprouts", start=1,
        bounds=SHARE, at_birth=AtBirth.HALVE,
    ),
    Column("tumour_endothelium", "1", "0 normal endothelium ... 1 shaped by a tumour's VEGF", bounds=SHARE),
    factor("sprouting_factor", "what drugs leave of sprouting"),
    Column(
        "permeability", "1", "how far its junctions are open; starts where quiet blood keeps a venule",
        start=QUIET, bounds=SHARE,
    ),
    request("t_cells_entering", "T cells it lets in from the blood", Effect.ENTRY),
    request("nk_cells_entering", "natural killer cells it lets in from the blood", Effect.ENTRY),
    request("macrophages_entering", "monocytes it lets in from the blood, macrophages from then on", Effect.ENTRY),
    request("neutrophils_entering", "neutrophils it lets in from the blood", Effect.ENTRY),
)  # fmt: skip

#: stroma and regeneration
FIBROBLAST = (
    Column("fibroblast", "1", "1 for fibroblasts, by which their neighbours know them", bounds=SHARE),
    Column("caf", "1", "1 once activated to a cancer-associated fibroblast", bounds=SHARE),
)
HEPATOCYTE = (
    Column("hepatocyte", "1", "1 for hepatocytes, by which their voxels know them", bounds=SHARE),
    Column("injury", "1", "injury, 0 healthy ... 1 dying", bounds=SHARE),
    Column("oxidant", "1", "oxidants of neutrophils that hold it, share of the most", bounds=SHARE),
)
OVAL = (Column("oval_active", "1", "1 once activated", bounds=SHARE),)

BUNDLES: dict[str, tuple[Column, ...]] = {
    "BODY": BODY,
    "SURROUNDINGS": SURROUNDINGS,
    "MIGRATION": MIGRATION,
    "METABOLISM": METABOLISM,
    "ICAM1_EXPRESSION": ICAM1_EXPRESSION,
    "LIFE": LIFE,
    "TARGET": TARGET,
    "SPREAD": SPREAD,
    "LYMPHOCYTE": LYMPHOCYTE,
    "MACROPHAGE": MACROPHAGE,
    "NEUTROPHIL": NEUTROPHIL,
    "ENDOTHELIUM": ENDOTHELIUM,
    "FIBROBLAST": FIBROBLAST,
    "HEPATOCYTE": HEPATOCYTE,
    "OVAL": OVAL,
}

ALL: dict[str, Column] = {c.name: c for bundle in BUNDLES.values() for c in bundle}
