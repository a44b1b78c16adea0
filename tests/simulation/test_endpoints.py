"""Endpoints from tables written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from simulation.runs.endpoints import endpoints, shed

SITES, TYPES = ("liver", "lung"), ("t_cell", "tumour_cell")
COLUMNS = ("time_day", "site", "kind", "cell_type", "lineage", "parcel", "convoy")


def events(*rows: tuple[Any, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"convoy": "uint64", "lineage": "uint64"})
    return frame.astype({"site": "category", "kind": "category", "cell_type": "category"})


def summary(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"time_day": [0.0, 1.0, 2.0], "metastases": [0.0, 0, 0], **columns})


def derive(happened: pd.DataFrame, seen: pd.DataFrame) -> dict[str, Any]:
    return endpoints(happened, seen, sites=SITES, types=TYPES)


def test_nothing_happened_is_none_and_zero() -> None:
    found = derive(events(), summary())
    assert found["observed_days"] == 2.0
    for name in ("capsule_breach_day", "first_cell_in_blood_day", "first_arrival_day", "first_metastasis_day"):
        assert found[name] is None
    assert found["kills"] == found["arrivals"] == found["arrests"] == found["shed"]["cells"] == 0
    assert found["arrivals_by_site"] == {"liver": 0, "lung": 0}
    assert found["tumour_cells"] is None


def test_times_are_those_of_the_first_event() -> None:
    found = derive(
        events(
            (1.5, "liver", "capsule_breached", "", 0, 0, 0),
            (0.9, "liver", "capsule_breached", "", 0, 0, 0),
            (0.2, "liver", "departed", "t_cell", 9, 1, 9),
            (1.1, "liver", "departed", "tumour_cell", 5, 1, 5),
            (1.9, "lung", "arrived", "tumour_cell", 5, 1, 5),
            (1.2, "lung", "arrived", "t_cell", 9, 1, 9),
        ),
        summary(metastases=[0, 1, 2], metastases_lung=[0, 0, 2]),
    )
    assert found["capsule_breach_day"] == 0.9
    assert found["first_cell_in_blood_day"] == 1.1
    assert found["first_arrival_day"] == 1.9
    assert found["first_metastasis_day"] == 1.0
    assert found["first_metastasis_day_by_site"] == {"liver": None, "lung": 2.0}
    assert found["metastases"] == 2
    assert found["arrivals_by_site"] == {"liver": 0, "lung": 1}
    assert found["arrests"] is None  # cells came to rest, and nothing was logged of it


def test_company_in_the_blood() -> None:
    left = [
        (1.0, "liver", "departed", "tumour_cell", 1, 1, 1),
        (1.0, "liver", "departed", "tumour_cell", 2, 1, 0),  # no convoy: alone
        *[(1.0, "liver", "departed", "tumour_cell", 10 + i, 1, 50) for i in range(3)],
        (1.0, "liver", "departed", "tumour_cell", 20, 1, 60),
        (1.0, "liver", "departed", "t_cell", 21, 1, 60),
        (1.0, "liver", "departed", "t_cell", 30, 1, 70),
        (1.0, "lung", "arrived", "tumour_cell", 1, 1, 1),
    ]
    assert shed(events(*left)) == {
        "cells": 6,
        "cells_singly": 2,
        "cells_in_clusters": 3,
        "cells_with_lymphocytes": 1,
        "convoys_singly": 2,
        "convoys_in_clusters": 1,
        "convoys_with_lymphocytes": 1,
    }


def test_counts_are_of_cells_not_of_agents() -> None:
    found = derive(
        events(
            (0.5, "liver", "killed", "tumour_cell", 1, 40, 0),
            (0.5, "liver", "killed", "tumour_cell", 2, 1, 0),
            (0.6, "liver", "apoptosis", "t_cell", 3, 2, 0),
            (0.6, "liver", "born", "tumour_cell", 4, 5, 0),
            (0.6, "liver", "entered", "t_cell", 6, 7, 0),
            (0.7, "liver", "detached", "tumour_cell", 7, 1, 0),
            (0.7, "blood", "arrested", "tumour_cell", 8, 1, 0),
            (0.7, "blood", "dies_in_blood", "tumour_cell", 8, 1, 0),
        ),
        summary(
            n_tumour_cell_liver=[1, 2, 3], n_tumour_cell_lung=[0, 0, 4], n_t_cell_liver=[9, 9, 8],
            serum_sicam1=[1, 2, 330.5], tumour_cells=[1, 1, 3],
        ),
    )  # fmt: skip
    assert found["kills"] == 41
    assert found["deaths_by_cause"] == {
        "killed": 41,
        "apoptosis": 2,
        "necrosis": 0,
        "resected": 0,
        "expires": 0,
        "dies_in_blood": 1,
    }
    assert found["tumour_deaths_by_cause"]["apoptosis"] == 0
    assert found["births_by_type"] == {"t_cell": 0, "tumour_cell": 5}
    assert found["lymphocytes_entered"] == 7
    assert found["detachments"] == found["arrests"] == 1
    assert found["cells_by_type"] == {"t_cell": 8, "tumour_cell": 7}
    assert found["serum_sicam1_ng_per_ml"] == 330.5
    assert found["tumour_cells"] == 3
