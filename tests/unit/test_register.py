"""The company register in dbt/seeds: keys, vocabulary, check digits. What the names match is tested elsewhere."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"
COMPANY_COLUMNS = ["company_id", "name", "legal_name", "country", "sector", "ticker", "isin", "is_listed"]
ALIAS_COLUMNS = ["alias", "company_id", "match"]
SECTORS = frozenset(
    """
    aerospace agriculture apparel automotive banking biotech chemicals conglomerate construction consulting
    consumer_goods electronics energy engineering finance food gaming health hospitality insurance internet
    it_services logistics materials media metals news_agency pharma real_estate research retail semiconductors
    software telecoms tobacco transport travel utilities
    """.split()
)
COUNTRIES = frozenset(
    """
    AE AF AG AM AO AR AT AU AZ BD BE BF BG BH BO BR BS BY CA CD CH CI CL CM CN CO CU CY CZ DE DK DZ EC EE EG ES ET
    FI FJ FO FR GB GE GR HK HR HU ID IE IL IN IQ IR IS IT JO JP KE KP KR KW KY KZ LB LI LK LT LU LV LY MA MD ME MG
    MM MN MO MT MU MX MY NA NG NL NO NP NZ OM PA PE PG PH PK PL PT QA RO RS RU RW SA SC SD SE SG SI SK SN SR SV SY
    TH TM TN TR TT TW UA UG US UY UZ VE VN YE ZA ZW
    """.split()
)
"""Seats the register has today. ISO 3166-1 has more; a new one is added here, a mistyped one is caught."""
MIN_COMPANIES = 5_000
COMPANIES = "company_register.csv"
ALIASES = "company_aliases.csv"
Row = dict[str, str]


def read(name: str) -> tuple[list[str], list[Row]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames or []), list(reader)


@pytest.fixture(scope="module")
def companies() -> list[Row]:
    return read(COMPANIES)[1]


@pytest.fixture(scope="module")
def aliases() -> list[Row]:
    return read(ALIASES)[1]


def isin_is_valid(isin: str) -> bool:
    """ISO 6166: two letters, nine letters or digits, a check digit by Luhn over the letters read as 10 to 35."""
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", isin):
        return False
    digits = [int(digit) for character in isin for digit in str(int(character, 36))]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def repeated(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


@pytest.mark.parametrize(
    ("isin", "valid"),
    [
        ("DE0007164600", True),
        ("US0378331005", True),
        ("DE000PAG9113", True),
        ("DE0007164601", False),
        ("DE0007614600", False),
        ("DE000716460", False),
        ("de0007164600", False),
    ],
)
def test_the_check_digit_catches_a_mistyped_isin(isin: str, valid: bool) -> None:
    assert isin_is_valid(isin) is valid


@pytest.mark.parametrize(("name", "columns"), [(COMPANIES, COMPANY_COLUMNS), (ALIASES, ALIAS_COLUMNS)])
def test_every_row_has_the_columns_and_no_surrounding_space(name: str, columns: list[str]) -> None:
    header, rows = read(name)
    assert header == columns
    ragged = [row for row in rows if None in row or None in row.values()]
    assert ragged == []
    assert [row for row in rows if any(value != value.strip() for value in row.values())] == []


@pytest.mark.parametrize("name", [COMPANIES, ALIASES])
def test_the_bytes_are_plain_utf8_with_unix_line_ends(name: str) -> None:
    data = (SEEDS / name).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.decode("utf-8").endswith("\n")


def test_rows_are_sorted_so_that_changes_read_well(companies: list[Row], aliases: list[Row]) -> None:
    ids = [row["company_id"] for row in companies]
    assert ids == sorted(ids)
    keys = [(row["company_id"], row["alias"]) for row in aliases]
    assert keys == sorted(keys)


def test_ids_are_unique_readable_slugs(companies: list[Row]) -> None:
    ids = [row["company_id"] for row in companies]
    assert len(ids) >= MIN_COMPANIES
    assert repeated(ids) == []
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


def test_companies_keep_to_the_vocabulary(companies: list[Row]) -> None:
    assert {row["sector"] for row in companies} <= SECTORS
    assert {row["country"] for row in companies} <= COUNTRIES
    assert {row["is_listed"] for row in companies} == {"true", "false"}
    assert [row["company_id"] for row in companies if not row["name"]] == []


def test_names_are_unique(companies: list[Row]) -> None:
    assert repeated([row["name"] for row in companies]) == []


def test_isins_are_valid_and_stand_once(companies: list[Row]) -> None:
    isins = [row["isin"] for row in companies if row["isin"]]
    assert [isin for isin in isins if not isin_is_valid(isin)] == []
    assert repeated(isins) == []


def test_only_listed_companies_have_a_ticker_or_isin(companies: list[Row]) -> None:
    wrong = [row["company_id"] for row in companies if row["is_listed"] == "false" and (row["ticker"] or row["isin"])]
    assert wrong == []


def test_an_alias_leads_to_one_company_that_exists(companies: list[Row], aliases: list[Row]) -> None:
    assert repeated([row["alias"] for row in aliases]) == []
    assert {row["company_id"] for row in aliases} <= {row["company_id"] for row in companies}


def test_aliases_are_usable(aliases: list[Row]) -> None:
    assert [row["alias"] for row in aliases if len(row["alias"]) < 2] == []
    assert [row["alias"] for row in aliases if "  " in row["alias"]] == []
    assert {row["match"] for row in aliases} == {"plain", "context"}


def test_every_company_is_found_by_its_own_name(companies: list[Row], aliases: list[Row]) -> None:
    known = {(row["alias"], row["company_id"]) for row in aliases}
    assert [row["company_id"] for row in companies if (row["name"], row["company_id"]) not in known] == []


@pytest.mark.parametrize(
    ("alias", "company_id", "match"),
    [
        ("VW", "volkswagen", "plain"),
        ("E.ON", "eon", "plain"),
        ("Deutsche Bahn", "deutsche-bahn", "plain"),
        ("Bahn", "deutsche-bahn", "context"),
        ("Facebook", "meta", "plain"),
        ("Research In Motion", "blackberry", "plain"),
        ("Google", "google", "plain"),
        ("Alphabet Inc.", "alphabet", None),
        ("Target", "target", "context"),
        ("Die Zeit", "die-zeit", "context"),
        ("dpa-AFX", "dpa-afx", "plain"),
    ],
)
def test_names_that_decide_what_the_register_means(
    companies: list[Row], aliases: list[Row], alias: str, company_id: str, match: str | None
) -> None:
    if match is None:  # a legal name: the register knows it, the matcher strips the form
        assert alias in [row["legal_name"] for row in companies if row["company_id"] == company_id]
    else:
        assert {"alias": alias, "company_id": company_id, "match": match} in aliases


LEGAL_FORMS = re.compile(r"\b(?:ag|se|kgaa|gmbh|kg|inc|corp|corporation|ltd|limited|plc|sa|nv|spa|ab|asa|oyj)\b")
APART = frozenset(
    """
    apa chiron countrywide eqt grainger hermes iren marshalls metro nanya
    porsche ricardo rohm rte telering woolworth
    """.split()
)
"""Names that several companies have, which differ in an accent or in their legal form only."""
EVERYDAY_DE = """
    abend aktie alle alles alten anfang anker arbeit auto banner basis bauer beobachter berg bett bilanz bild blick
    blume boden bonus bote bruder brücke buch bund burg chance christ club dach daher dame dank datum eis engel erde
    ernst erste express extra fahne falke farbe fein feld fenster feuer film flamme fluss format freitag freude
    freundin friede frisch front frucht garten gast geist geld gewinn glas glück gold grund gruppe gut hafen halle
    hand haus heft heim herbst herz heute himmel hof holz horizont hotel hund idee insel jahr jung kaiser kamera
    kampf kanzler karte kasse kiesel kind klar klingel knapp koch konkret kraft kreis krone kunst könig küche land
    laufen leben licht liebe luft macht mann markt mauer meer mensch messe metall mode monat morgen motor mut mühle
    nacht name natur neu news nord oder oft paradies pilz plan platz post preis presse profil quelle rad rauch raum
    recht regen reich reise republik ring rose ruf sache salz samson schatten schiff schild schimmel schlau schloss
    schnell schritt see seele sicher sieg sinn sommer sonne spiel spur stadt stahl stark stern still stimme stolz
    straße strom stuhl sturm süd tag tal technik teufel tier titel tor trend turm uhr urteil verbund verein vogel
    volk wagen wahl wald wanderer wasser weg welt werk west wetter wind winter wohl wolf wort wunder zahl zeit
    zeitung ziel zoll zug zukunft zweifel zwilling
"""
EVERYDAY_EN = """
    above account action adjust affirm after align ally alpine amazing anchor anthem arrival arrow asset atlas
    audible base beam bear beyond bird blade block bloom board body bolt bond book border boxed brave bridge brown
    buckle bull bullish burn buzz calm camera capital card cardinal carrier cash casper castle chance change charter
    chase chime choice church circle citizen class clear cloud club coach colonial color column comet common compass
    complete condor confluent connect core cosmic crane crew cross crown cruise crystal cursor dash data day deal
    deep delta diamond direct disco discover dish dove dover dream drive dual eagle east edge edited element energy
    enterprise epic equinox essential ever exact expert express fair family fast figure fire first fit flex flow fly
    focus force forest fortune fossil foundation fox frame freedom fresh frontier gap gateway general giant glass
    global gold good grab grace grand green grey ground group guess hammer hand happy harmony hawk head heart
    heritage hero hippo honor horizon host house hunter ice impact impulse indeed independent index innovation
    inside insider intel inventor investor iron island jet journey juniper just key kind king kite ladder land
    leader leaf legend level liberty lift light lime line lion live lucid magic main maple march market mars match
    matter max medium mercury meta metro mind mint mission mobile model moment monster moon motion mountain move
    native nature nest next night noble normal north nothing notion nova novel ocean off oil one open option orbit
    origin otis oval palm panther parade paradigm park partner peak people perfect pilot pioneer plaid plan planet
    play plus point polar post power precision premier present pride prime priority prism progress project prosper
    public pulse pure purple quest quick radius rally ram range ranger rapid raw real recruit red reliance remedy
    rent research rise river rock root rose round royal runway sage salt sand scale science scout seat sense sequoia
    shape share shark sharp shell shield shift shop signal signature silver simple sky slack smart snap snowflake
    social solar solid sound source southern spark spectrum speed spirit split spring sprint square stage standard
    star stash state station steel step still stone storm strategy stream stripe strong subway summit sun sure swift
    table tablet target team tempo think three tide tiger time toast together top total touch tower track trade
    trend triumph true trust truth turn twist ultra union unit united unity universal upstart urban valiant valley
    value vanguard venture verge vertex vice victor view visa vision vista vital voice volt wave way west whole wild
    wind wing wire wish wonder wood word work world yes yield zoom
"""
NAMES_FIRST = frozenset({"Intel"})
"""Words of the lists that with a capital mean one company alone."""


def everyday() -> set[str]:
    """Both spellings of a word. In capitals (BILD, SEAT) it is how the company writes itself."""
    words = EVERYDAY_DE.split() + EVERYDAY_EN.split()
    return {form for word in words for form in (word, word.capitalize())}


def test_no_company_stands_twice_under_two_ids(companies: list[Row]) -> None:
    """Names that differ in case, accents, hyphens or legal form only, are one company's, but for those known apart."""
    found: dict[str, set[str]] = {}
    for row in companies:
        folded = unicodedata.normalize("NFKD", row["name"].casefold().replace("ß", "ss").replace("&", "and"))
        letters = re.sub(r"[^a-z0-9]+", " ", re.sub(r"[.']", "", folded.encode("ascii", "ignore").decode()))
        found.setdefault("".join(LEGAL_FORMS.sub(" ", letters).split()), set()).add(row["company_id"])
    twice = {name: sorted(ids) for name, ids in found.items() if len(ids) > 1 and name not in APART}
    assert twice == {}


def test_everyday_words_are_names_only_in_context(aliases: list[Row]) -> None:
    words = everyday() - NAMES_FIRST
    assert [row["alias"] for row in aliases if row["alias"] in words and row["match"] == "plain"] == []
