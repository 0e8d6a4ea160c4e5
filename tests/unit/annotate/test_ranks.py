"""Places in rankings, in German and English."""

from __future__ import annotations

import pytest

from pipelines.annotate.ranks import find_ranks


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("Miele ist der größte Hersteller im Land.", 1),
        ("Miele ist der zweitgrößte Hersteller.", 2),
        ("Beim weltgrößten Hersteller läuft es.", 1),
        ("Der drittgrösste Anbieter der Schweiz", 3),
        ("Die Firma ist Weltmarktführer.", 1),
        ("Sie verteidigt ihre Marktführerschaft.", 1),
        ("Sie ist die Nummer zwei im Markt.", 2),
        ("Sie liegt auf Platz 3 im Markt.", 3),
        ("It is the world's third-largest retailer.", 3),
        ("It is the largest retailer.", 1),
        ("It came in sixth place.", 6),
        ("It is No. 4 in the market.", 4),
        ("It is the market leader.", 1),
    ],
)
def test_a_place(sentence: str, place: int) -> None:
    assert [found for *_, found in find_ranks(sentence)] == [place]


@pytest.mark.parametrize("sentence", ["Er geht.", "Der Platz ist leer.", "Nr. 3,5 gibt es nicht.", "It leads the way."])
def test_no_place(sentence: str) -> None:
    assert list(find_ranks(sentence)) == []
