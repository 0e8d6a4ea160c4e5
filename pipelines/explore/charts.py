"""Charts as SVG shapes: bars over time, a graph of rivals. Templates draw them; colours stand in the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, degrees, log2, pi, sin

WIDTH, HEIGHT, FOOT = 720, 120, 18
MOST_BARS, FEWEST_BARS = 120, 26
WEEK = timedelta(days=7)
GRAPH = 720
RING = 250
WIDEST_EDGE = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its box in the drawing, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


def bars(counts: Sequence[tuple[date, int]]) -> list[Bar]:
    """The newest weeks' counts side by side, those without any among them; the largest is as high as the drawing."""
    if not counts:
        return []
    known, (last, _) = dict(counts), counts[-1]
    weeks = min((last - counts[0][0]) // WEEK + 1, MOST_BARS)
    shown = [(day, known.get(day, 0)) for day in (last - WEEK * n for n in reversed(range(weeks)))]
    step, top = WIDTH / max(weeks, FEWEST_BARS), max(count for _, count in shown) or 1
    room = HEIGHT - FOOT
    return [
        Bar(
            round(n * step + 1, 1), round(room * (1 - count / top), 1), round(max(step - 2, 1), 1),
            round(room * count / top, 1), f"{day:%Y-%m-%d}", count,
        )
        for n, (day, count) in enumerate(shown)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A company in the graph: its place, and by how many degrees its name is turned to point away from the middle."""

    id: str
    name: str
    x: float
    y: float
    turn: float
    is_left: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A rivalry in the graph: from where to where, how wide, and what it stands for."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    label: str
    strength: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Companies on a ring and the rivalries between them."""

    nodes: list[Node]
    edges: list[Edge]


def rival_graph(pairs: Sequence[dict[str, object]]) -> Graph:
    """A ring of the companies in these pairs, neighbours beside each other, so that few edges cross.

    A pair has `company_a_id`, `company_a`, `company_b_id`, `company_b`, `claims` and `strength`.
    """
    names = {str(pair[f"company_{side}_id"]): str(pair[f"company_{side}"]) for pair in pairs for side in "ab"}
    order = _in_order(pairs)
    middle, nodes = GRAPH / 2, {}
    for n, company in enumerate(order):
        angle = 2 * pi * n / max(len(order), 1) - pi / 2
        x, y = middle + RING * cos(angle), middle + RING * sin(angle)
        is_left = cos(angle) < 0
        turn = round(degrees(angle) + (180 if is_left else 0), 1)
        nodes[company] = Node(company, names[company], round(x, 1), round(y, 1), turn, is_left)
    edges = []
    for pair in pairs:
        a, b = nodes[str(pair["company_a_id"])], nodes[str(pair["company_b_id"])]
        claims = int(str(pair["claims"]))
        width = round(min(1 + log2(claims), WIDEST_EDGE), 1)
        edges.append(Edge(a.x, a.y, b.x, b.y, width, f"{a.name} – {b.name}: {claims}", str(pair["strength"])))
    return Graph(list(nodes.values()), edges)


def _in_order(pairs: Sequence[dict[str, object]]) -> list[str]:
    """Companies depth first from rival to rival, those with most rivals first."""
    rivals: dict[str, list[str]] = {}
    for pair in pairs:
        a, b = str(pair["company_a_id"]), str(pair["company_b_id"])
        rivals.setdefault(a, []).append(b)
        rivals.setdefault(b, []).append(a)
    order: dict[str, None] = {}
    for start in sorted(rivals, key=lambda company: (-len(rivals[company]), company)):
        waiting = [start]
        while waiting:
            company = waiting.pop()
            if company not in order:
                order[company] = None
                waiting += sorted(rivals[company], key=lambda rival: (len(rivals[rival]), rival), reverse=True)
    return list(order)
