"""Paragraphs with marked evidence are the text again, whatever the spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.explore.marking import PARAGRAPH_END, Span, paragraphs


@given(
    st.text(alphabet="ab \n😀", max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5)
)
def test_pieces_add_up_to_the_text_and_evidence_is_what_spans_cover(text: str, bounds: list[tuple[int, int]]) -> None:
    spans = [Span(min(pair), max(pair)) for pair in bounds]
    found = list(paragraphs(text, spans))
    assert PARAGRAPH_END.join("".join(piece.text for piece in pieces) for pieces in found) == text
    place = 0
    for pieces in found:
        for piece in pieces:
            for char in piece.text:
                assert char == text[place]
                assert piece.is_evidence == any(span.start <= place < span.end for span in spans)
                place += 1
        place += len(PARAGRAPH_END)


def test_the_chosen_sentence_stands_out_where_others_overlap_it() -> None:
    ((first, second, third),) = paragraphs("abcdef", [Span(0, 4), Span(2, 4, is_chosen=True)])
    assert [(piece.text, piece.is_chosen) for piece in (first, second, third)] == [
        ("ab", False), ("cd", True), ("ef", False),
    ]  # fmt: skip
