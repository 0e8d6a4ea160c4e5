"""Invented pages for the parser's tests: one small news site in several layouts."""

from __future__ import annotations

PARAGRAPHS = (
    "Der Pumpenbauer Nordwerk übernimmt den kleineren Rivalen Talflut, teilte das Unternehmen am "
    "Dienstag mit. Der Preis liegt bei 40 Millionen Euro.",
    "„Wir wollen in Skandinavien wachsen“, sagte Vorstandschefin Greta Holm. Einen Zeitplan nannte "
    "sie nicht, die Kartellbehörde müsse noch zustimmen.",
    "Talflut beschäftigt nach eigenen Angaben 320 Menschen in Kiel und Aarhus. Der Umsatz war im "
    "vergangenen Jahr um sieben Prozent gestiegen.",
    "Analysten rechnen damit, dass weitere Anbieter folgen. Der Markt für Pumpen gilt als "
    "zersplittert, die fünf größten halten zusammen ein Drittel.",
)
TITLE = "Nordwerk kauft Konkurrenten Talflut"


def page(body: str, head: str = "", lang: str = "de", title: str = f"{TITLE} - Hafenbote") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def article(*inner: str, css: str = "artikel-text") -> str:
    """A laid-out page around the given pieces of body: navigation before, footer after."""
    return (
        '<div id="page" class="layout has-sidebar"><nav class="main-nav"><ul><li><a href="/">Start</a></li>'
        '<li><a href="/wirtschaft">Wirtschaft</a></li></ul></nav>'
        f'<main><article class="story"><h1>{TITLE}</h1><div class="{css}">{"".join(inner)}</div></article></main>'
        '<footer class="site-footer"><p>Der Hafenbote ist eine erfundene Zeitung. Alle Rechte liegen '
        "bei niemandem, und das soll so bleiben.</p></footer></div>"
    )


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> list[str]:
    return [f"<p>{text}</p>" for text in texts]
