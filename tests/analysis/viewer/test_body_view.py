from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from analysis.viewer import body_view
from analysis.viewer.body import Body, Organ, body_of
from tests.analysis.viewer.worlds import frame

SVG = "{http://www.w3.org/2000/svg}"
BODY = Body(
    12.5, "liver", 4_321.0, 987.0, 11.0, 45.0, 321.0,
    {"singles": 50.0, "clusters": 3.0, "with_lymphocyte": 7.0, "with_neutrophil": 0.0},
    {
        "liver": Organ(40.0, 5.0, 6.0, 9.0, 0.0), "lung": Organ(600.0, 77.0, 88.0, 99.0, 2.0),
        "brain": Organ(0.0, 0.0, 0.0, 0.0),
    },
    {"sicam1": (318.4, "ng/mL"), "alt": (41.0, "U/L"), "anti_icam1": (0.0, "ug/mL")},
)  # fmt: skip


def words(svg: str) -> list[str]:
    return [t.text or "" for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_step_and_every_company_is_told() -> None:
    told = words(body_view.draw(BODY))
    for number in ("987", "11", "45", "640", "94", "82", "50", "3", "7", "4,321 cells", "318 ng/mL", "41 U/L"):
        assert number in told, number
    assert "600 arrived · 99 colonies · 2 metastases" in told
    assert not any("anti" in word for word in told)  # none of it is there


def test_a_convoy_with_a_neutrophil_has_its_own_line_when_there_is_one() -> None:
    assert "with a neutrophil" not in words(body_view.draw(BODY))
    company = {**BODY.company, "with_neutrophil": 2.0}
    assert "with a neutrophil" in words(body_view.draw(replace(BODY, company=company)))


def test_what_is_not_known_is_a_dash_not_a_zero() -> None:
    assert "–" in words(body_view.draw(replace(BODY, shed=None)))


def test_more_traffic_more_dots_and_none_at_rest() -> None:
    def dots(svg: str) -> int:
        return sum(1 for _ in ElementTree.fromstring(svg).iter(f"{SVG}animateMotion"))

    assert dots(body_view.draw(BODY, moving=False)) == 0
    few = replace(BODY, organs={**BODY.organs, "lung": Organ(1.0, 1.0, 0.0, 1.0)})
    assert dots(body_view.draw(BODY)) > dots(body_view.draw(few)) > 0
    assert "prefers-reduced-motion" in body_view.draw(BODY)


def test_names_cannot_break_the_picture() -> None:
    odd = replace(BODY, organs={**BODY.organs, '<script>"&': Organ(1.0, 1.0, 0.0, 1.0)})
    svg = body_view.draw(odd)
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_light_and_dark_differ_and_repeat() -> None:
    assert body_view.draw(BODY, "light") == body_view.draw(BODY, "light") != body_view.draw(BODY, "dark")


def test_a_frame_alone_gives_a_body() -> None:
    one = frame()
    one.blood.update(tumour_cells=9.0, arrested=4.0, singles=9.0, sicam1=300.0, blood_survival=1.0, il16=0.1)
    one.organs["liver"] = {"tumour_cell": 50.0, "arrived": 8.0, "growing": 6.0, "dormant": 2.0, "colonies": 3.0}
    body = body_of(one)
    assert (body.afloat, body.arrested, body.primary_cells, body.shed) == (5.0, 4.0, 42.0, None)
    assert body.serum == {"sicam1": (300.0, "ng/mL"), "il16": (0.1, "ng/mL")}  # a factor is not dissolved
    assert body.extravasated is None and body.growing == 6.0
    assert "–" in words(body_view.draw(body))


@pytest.mark.parametrize("organs", [{}, {"liver": Organ(None, 0.0, 0.0, 0.0)}, {"spleen": Organ(3.0, 1.0, 2.0, 1.0)}])
def test_any_set_of_organs_can_be_drawn(organs: dict[str, Organ]) -> None:
    ElementTree.fromstring(body_view.draw(replace(BODY, organs=organs, serum={})))
