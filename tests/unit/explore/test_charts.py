"""Bars and graphs as shapes."""

from __future__ import annotations

from datetime import date

from pipelines.explore.charts import FOOT, HEIGHT, MOST_BARS, WIDTH, bars, rival_graph


def test_weeks_without_claims_are_shown_as_such() -> None:
    drawn = bars([(date(2026, 3, 2), 4), (date(2026, 3, 23), 2)])
    assert [(bar.label, bar.count) for bar in drawn] == [
        ("2026-03-02", 4), ("2026-03-09", 0), ("2026-03-16", 0), ("2026-03-23", 2),
    ]  # fmt: skip
    assert drawn[0].height == 2 * drawn[3].height == HEIGHT - FOOT
    assert bars([]) == []


def test_only_the_newest_weeks_have_room() -> None:
    drawn = bars([(date(1999, 1, 4), 1), (date(2026, 3, 2), 1)])
    assert len(drawn) == MOST_BARS
    assert drawn[-1].label == "2026-03-02"
    assert all(0 <= bar.x < WIDTH for bar in drawn)


def test_rivals_stand_beside_each_other() -> None:
    pairs = [("a", "b", 8), ("c", "d", 1), ("b", "e", 2)]
    found = rival_graph(
        [
            {
                "company_a_id": a,
                "company_a": a.upper(),
                "company_b_id": b,
                "company_b": b.upper(),
                "claims": n,
                "strength": "stated",
            }
            for a, b, n in pairs
        ]
    )
    assert [node.id for node in found.nodes] == ["b", "a", "e", "c", "d"]
    assert [edge.width for edge in found.edges] == [4, 1, 2]
    assert rival_graph([]).nodes == []
