"""Which companies an article presents as rivals, and by which construction: invented sentences on known companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from subprocess import CompletedProcess

import duckdb
import pytest

Command = Callable[..., CompletedProcess[str]]
Pair = tuple[str, str]

GERMAN = (
    # a noun with its rival beside it, and whose rival it is
    ("Miele baut Waschmaschinen. Der Konkurrent Bosch senkt die Preise.", "rival-named", "bosch miele"),
    ("Miele wächst. Zu den Konkurrenten zählen Bosch und Electrolux.", "rival-named",
     "bosch miele, electrolux miele"),
    ("Der Airbus-Rivale Boeing liefert weniger Flugzeuge aus.", "rival-named", "airbus boeing"),
    ("Henkel gilt als größter Wettbewerber von Beiersdorf.", "rival-named", "beiersdorf henkel"),
    ("Henkel ist Beiersdorfs größter Konkurrent.", "rival-said-of", "beiersdorf henkel"),
    ("SAP und Oracle sind erbitterte Rivalen.", "rivals-each-other", "oracle sap"),
    # a verb between the sides, in German order
    ("Lidl tritt in den USA gegen Walmart und Kroger an.", "rival-verb", "lidl walmart, kroger lidl"),
    ("Mit dem Angebot will Zalando dem US-Riesen Amazon Paroli bieten.", "rival-verb", "amazon zalando"),
    ("Flixtrain macht der Deutschen Bahn Konkurrenz.", "rival-verb", "deutsche-bahn flix"),
    ("Allianz zahlt mehr. Konkurrenz bekommt Miele von Bosch und vom Hersteller Electrolux.", "rival-verb",
     "bosch miele, electrolux miele"),
    ("Aldi und Lidl liefern sich einen erbitterten Preiskampf.", "rival-verb", "aldi lidl"),
    ("Edeka und Rewe streiten um die Märkte von Tengelmann.", "rival-verb", "edeka rewe"),
    # comparisons within a field
    ("Im Gegensatz zu Ryanair fliegt Easyjet große Flughäfen an.", "rival-contrast", "easyjet ryanair"),
    ("Adidas hat Nike überholt.", "rival-contrast", "adidas nike"),
    ("Adidas ist nach Nike die Nummer zwei der Branche.", "rival-beside", "adidas nike"),
    # rivals without a name, and those who want the same
    ("Renault verlor an die Konkurrenz. Volkswagen legte zu.", "rivals-unnamed", "renault volkswagen"),
    ("Um Springer liefern sich zwei Fonds ein Bietergefecht. KKR und Apollo legten Angebote vor.", "rival-bidders",
     "apollo-global-management kkr"),
    # none
    ("Siemens kooperiert mit SAP.", "", ""),
    ("Siemens liefert Züge an die Deutsche Bahn.", "", ""),
    ("Die Aktien von SAP, Siemens und Bayer legten zu.", "", ""),
    ("Lufthansa will Air Berlin übernehmen.", "", ""),
    ("Anders als Audi wächst Volkswagen.", "", ""),
)  # fmt: skip
ENGLISH = (
    ("Airbus makes planes. Its rival Boeing cut prices.", "rival-named", "airbus boeing"),
    ("Nike outran rivals such as Adidas and Puma.", "rival-named", "adidas nike, nike puma"),
    ("Shares of Airbus rose. Boeing, its chief competitor, fell.", "rival-said-of", "airbus boeing"),
    ("Walmart, Amazon's biggest rival, reported strong sales.", "rival-said-of", "amazon walmart"),
    ("Netflix competes with Disney and Amazon.", "rival-verb", "disney netflix, amazon netflix"),
    ("Comac competes with Airbus, Counterpoint Research wrote in March.", "rival-verb", "airbus comac"),
    ("Comac competes with Airbus, Siemens said on Monday.", "rival-verb", "airbus comac"),
    ("The rivalry between Intel and AMD is decades old.", "rival-verb", "amd intel"),
    ("Comcast and Disney are bidding for Sky.", "rival-verb", "comcast disney"),
    ("Spirit Airlines faces competition from Delta's (DAL) Shuttle, JetBlue (JBLU) and Southwest.", "rival-verb",
     "delta-air-lines spirit-airlines, jetblue spirit-airlines, southwest-airlines spirit-airlines"),
    ("Unlike Nike, Adidas sells golf clubs.", "rival-contrast", "adidas nike"),
    ("AMD overtook Intel in servers.", "rival-contrast", "amd intel"),
    ("Like Walmart, Kroger is investing in delivery.", "rival-beside", "kroger walmart"),
    ("Airbus and Boeing are the two largest makers of jets.", "rivals-ranked", "airbus boeing"),
    ("Chevron trades below its peers. ExxonMobil fetches more.", "rivals-unnamed", "chevron exxonmobil"),
    ("Intel sold a unit to AMD.", "", ""),
    ("Shares of Intel, AMD and Nvidia rose.", "", ""),
    ("Goldman Sachs raised its rating on Tesla.", "", ""),
    ("Instagram grows faster than Facebook.", "", ""),
)  # fmt: skip
CASES = [(language, *case) for language, cases in (("de", GERMAN), ("en", ENGLISH)) for case in cases]
FILLER = {
    "de": "Dies ist ein kurzer Bericht über die Lage in diesem Jahr, in dem es um vieles geht, was Leser bewegt.",
    "en": "This is a short report about the state of things this year, and it deals with much that moves readers.",
}


@pytest.fixture(scope="module")
def found(claimhouse: Command, tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[Pair, str]]:
    """Constructions by pair, by the number of the case."""
    pages, home = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("rivals") / "home"
    for number, (language, text, _, _) in enumerate(CASES):
        (pages / f"{number}.html").write_text(
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Report</title>'
            f'<link rel="canonical" href="https://rivals.example/{number}"></head>'
            f"<body><article><h1>Report</h1><p>{text}</p><p>{FILLER[language]}</p></article></body></html>",
            encoding="utf-8",
        )
    finished = claimhouse("import", pages, "--home", home)
    assert finished.returncode == 0, finished.stderr
    pairs: dict[int, dict[Pair, str]] = defaultdict(dict)
    with duckdb.connect(str(home / "published" / "claimhouse.duckdb"), read_only=True) as warehouse:
        for url, one, other, rule in warehouse.execute(
            "select canonical_url, company_a_id, company_b_id, rule_id "
            "from competitor_claims inner join articles using (article_id)"
        ).fetchall():
            pairs[int(url.rsplit("/", 1)[1])][one, other] = rule.split(":")[0]
    return pairs


@pytest.mark.parametrize("number", range(len(CASES)), ids=[text for _, text, _, _ in CASES])
def test_rivals_of_an_article(found: dict[int, dict[Pair, str]], number: int) -> None:
    _, _, construction, pairs = CASES[number]
    wanted = [tuple(sorted(pair.split())) for pair in pairs.split(", ") if pair]
    assert found.get(number, {}) == dict.fromkeys(wanted, construction)
