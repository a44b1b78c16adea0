"""Mechanisms: what is claimed of ICAM-1 and of the tumour around it, one line each, by the label that code refers to.

A process, intervention, cell type or tissue names the mechanisms it carries; the docstring of a test begins with those
that it tests, as in "M06, M60: ...". `icam describe --mechanisms` joins the three.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mechanism:
    """One claim.

    label    str    as in "M47b"
    name     str    a few words
    claim    str    one line, as the model has it
    """

    label: str
    name: str
    claim: str


TABLE = (
    # molecule, receptors, binding
    ("M01", "molecule", "ICAM-1 is counted in copies per cell; what is shed weighs 90 kDa a piece"),
    ("M02", "affinity states", "LFA-1 and Mac-1 hold ICAM-1 with their own affinity, by state of activation"),
    ("M03", "activation", "chemokine or phorbol ester opens LFA-1, and lymphocytes stick"),
    ("M04", "antibody", "antibodies to ICAM-1 or LFA-1 block the pair"),
    ("M05", "fibroblast adhesion", "T cells hold fibroblasts by ICAM-1"),
    ("M06", "leukocyte arrest", "leukocytes arrest on endothelial ICAM-1 in slow flow and cross the wall"),
    # NF-kB cascade and expression
    ("M07", "only through NF-kB", "cytokines reach the ICAM-1 gene through NF-kB alone, interferon gamma apart"),
    ("M08", "NF-kB dynamics", "NF-kB enters the nucleus within half an hour and is held back by what it induces"),
    ("M09", "TNF and IL-1", "TNF and IL-1 beta activate IKK; both do at least as much as either"),
    ("M10", "Toll-like receptors", "TLR ligands, double-stranded RNA with a delay, raise ICAM-1"),
    ("M11", "interferon gamma", "interferon gamma adds ICAM-1 mRNA beside NF-kB"),
    ("M12", "expression", "nuclear NF-kB makes mRNA, mRNA makes membrane ICAM-1: 6.7-fold after a day of TNF"),
    ("M13", "stage", "ICAM-1 mRNA follows the stage of malignant transformation"),
    ("M14", "NF-kB inhibition", "suppressed NF-kB lowers ICAM-1, adhesion and invasion"),
    ("M15", "NF-kB output", "NF-kB also drives cytokines, survival and division"),
    ("M16", "inflammation", "leukocytes are dense where ICAM-1 is high"),
    ("M17", "attraction", "soluble ICAM-1 calls leukocytes through the endothelium"),
    ("M18", "shedding", "membrane ICAM-1 is shed, more under TNF and MMP, and reaches the blood"),
    # expression, normal to disease
    ("M19", "normal liver", "normal hepatocytes have no ICAM-1, endothelium has little"),
    ("M20", "hepatitis", "inflamed hepatocytes turn ICAM-1 positive"),
    ("M21", "early rise", "ICAM-1 rises before leukocytes come"),
    ("M22", "serum in liver disease", "serum ICAM-1 is raised in liver disease"),
    ("M23", "atypia", "with atypia endothelial ICAM-1 falls and that of hepatocytes rises"),
    ("M24", "dysplasia", "dysplastic cells secrete ICAM-1 and progress sooner with it"),
    ("M25", "stage and resection", "ICAM-1 is highest in metastatic tumours and falls after resection"),
    ("M26", "tissue distribution", "lymphoid tissue has most ICAM-1, blood cells and brain next to none"),
    ("M27", "metastases", "metastases in lymphoid tissue have most ICAM-1"),
    ("M28", "brain", "lymphocytes with ICAM-1 are in all tumours but those of the brain"),
    ("M29", "lymphoid tissue", "tumours invade lymphoid tissue more easily"),
    # liver, T cells, fibroblasts, oval cells
    ("M30", "residence", "LFA-1 on ICAM-1 keeps T cells in the liver"),
    ("M31", "virus", "hepatitis viruses make transformation likelier"),
    ("M32", "T cell cytokines", "T cells that hold a target secrete interferon gamma and TNF"),
    ("M33", "clearing virus", "ICAM-1 lets T cells destroy infected hepatocytes"),
    ("M34", "aminotransferases", "dying hepatocytes release ALT, AST and bilirubin"),
    ("M35", "index of necrosis", "serum ICAM-1 rises with dying hepatocytes and a liver that clears less"),
    ("M36", "MHC restriction", "T cells need MHC class I and adhesion to kill; natural killer cells need no MHC"),
    ("M37", "cirrhosis", "most liver cancers arise in cirrhosis"),
    ("M38", "cancer-associated fibroblasts", "TGF-beta and TNF make CAF, which promote growth, motion and matrix"),
    ("M39", "normal fibroblasts", "normal fibroblasts slow the tumour cells they touch"),
    ("M40", "niche", "IL-6 of CAF activates STAT3 of tumour cells beside ICAM-1"),
    ("M41", "TNF on fibroblasts", "TNF raises ICAM-1 mRNA and protein of fibroblasts and CAF through NF-kB"),
    ("M42", "oval cell activation", "hepatocyte damage without replacement activates oval cells"),
    ("M43", "oval cell fate", "oval cells become hepatocytes, in inflammation rather cancer"),
    ("M44", "oval cell migration", "ICAM-1 directs oval cells towards damage"),
    ("M45", "oval cell ICAM-1", "TNF raises, TGF-beta lowers ICAM-1 of oval cells"),
    ("M46", "precancerous spread", "precancerous cells spread within the liver"),
    # capsule, detachment, invasion, intravasation
    ("M47", "capsule", "MMP and pressure wear the capsule down, CAF build it up"),
    ("M47b", "encapsulated", "behind an intact capsule TNF and leukocytes are few, and nothing is shed"),
    ("M47c", "rupture", "a ruptured capsule frees motion, proteolysis and the way into vessels"),
    ("M48", "torn off", "a lymphocyte on ICAM-1 tears the tumour cell off and takes it into the blood"),
    ("M49", "separation", "engaged ICAM-1 loosens a cell from its neighbours"),
    ("M50", "calcium", "engaged ICAM-1 raises calcium, which opens focal adhesions and speeds motion"),
    ("M51", "high-fat diet", "a high-fat diet raises soluble ICAM-1 and IL-16, and lung metastasis with them"),
    # two edges
    ("M52", "killing", "ICAM-1 makes a tumour cell the target of T and natural killer cells"),
    ("M53", "decoy", "soluble ICAM-1 occupies LFA-1 and hides the tumour"),
    ("M54", "suppressors", "recruited macrophages and neutrophils suppress killing"),
    (
        "M55",
        "neutrophil bridge",
        "neutrophils at the wall or in flow hold circulating tumour cells by Mac-1 on ICAM-1",
    ),
    ("M56", "M2 brake", "macrophage ICAM-1 holds up efferocytosis and M2 polarisation; the sign is disputed"),
    ("M57", "homotypic clusters", "ICAM-1 on ICAM-1 joins circulating tumour cells into clusters"),
    ("M58", "EGFR and EMT", "ICAM-1 on EGFR activates STAT3 and the mesenchymal transition, not growth"),
    # endothelium
    ("M59", "inflamed endothelium", "inflamed or starved endothelium recruits cells and sprouts towards VEGF"),
    ("M59b", "tumour endothelium", "tumour endothelium has less ICAM-1, which can still be induced"),
    ("M59c", "calreticulin", "calreticulin stops sprouting and restores ICAM-1 of tumour endothelium"),
    ("M60", "arrest", "circulating cells are held by size or on endothelial ICAM-1"),
    ("M60b", "permeability", "engaged endothelial ICAM-1 opens junctions, and cells leave the blood sooner"),
    ("M61", "colonisation", "of the cells that left the blood few wake and found a colony"),
    # organs, serum, imaging, therapy, assays
    ("M62", "organs", "flow, capillaries and barriers of the organs decide where cells go"),
    ("M63", "prognosis", "ICAM-1 goes with stage, invasion and survival, without acting on survival itself"),
    ("M64", "serum marker", "serum ICAM-1 follows tumour burden and host"),
    ("M65", "resection", "serum ICAM-1 falls after resection"),
    ("M66", "imaging", "particles that bind ICAM-1 show the liver's inflammation"),
    ("M67", "antibody in injury", "antibody to ICAM-1 empties venules of leukocytes, not sinusoids"),
    ("M68", "cinobufotalin, silymarin", "both lower ICAM-1 through NF-kB"),
    ("M69", "dexamethasone", "it lowers ICAM-1 and halves what T cells can do"),
    ("M70", "tanshinone", "it lowers induced ICAM-1"),
    ("M71", "calcineurin inhibitors", "they stop shedding and growth of hepatoma cells, and T cells with it"),
    ("M72", "KAI1", "it slows motion and lowers grip and ICAM-1, not growth"),
    ("M73", "biomarker of drugs", "across drugs serum ICAM-1 foretells metastasis"),
    ("M74", "adhesion assay", "cells adhere to coated ICAM-1 by dose and time, not to albumin"),
    ("M75", "transwell assay", "fewer cells without ICAM-1 pass the pores, more with TNF"),
    ("M76", "bioluminescence", "light goes with live cells; a host without immunity lacks what holds metastasis back"),
)

MECHANISMS: dict[str, Mechanism] = {label: Mechanism(label, name, claim) for label, name, claim in TABLE}
