"""Fill empty ticker and isin of listed companies in the company register from pytickersymbols, where a name agrees.

Usage, in an environment that has pytickersymbols (nothing of ours needs it): python dbt/fill_tickers.py [--dry-run]

A stock belongs to a company when its name, less case, accents and legal form, is that of one company only: by its name,
its legal name or an unambiguous alias. What the register says already is never changed.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from pytickersymbols import PyTickerSymbols

SEEDS = Path(__file__).resolve().parent / "seeds"
LEGAL = re.compile(
    r"\b(incorporated|inc|corporation|corp|company|companies|co|limited|ltd|plc|llc|lp|ag|se|kgaa|gmbh|kg|sa|nv|bv|spa"
    r"|ab|publ|asa|as|oyj|the|class [abc])\b"
)
ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
SEATS = frozenset({"BM", "CH", "GB", "GG", "IE", "JE", "KY", "LU", "NL", "PA"})
"""Where companies of other countries have their shares; an ISIN of any third country is of another paper."""


def plain(name: str) -> str:
    """A name as it is compared: "Deutsche Börse AG" and "deutsche boerse" are one, "Volvo" and "Volvo Cars" are two."""
    table = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ø": "o", "&": " and ", "’": "'"})
    folded = unicodedata.normalize("NFKD", name.casefold().translate(table)).encode("ascii", "ignore").decode()
    dots_gone = re.sub(r"\(.*?\)|['.]", "", folded)
    return " ".join(LEGAL.sub(" ", re.sub(r"[^a-z0-9]+", " ", dots_gone)).split())


def read(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def owners(companies: list[dict[str, str]]) -> dict[str, set[str]]:
    """Company ids by compared name. A name that needs context in a text would be a guess here, too."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in companies:
        for name in (row["name"], row["legal_name"]):
            if name:
                found[plain(name)].add(row["company_id"])
    for row in read("company_aliases.csv"):
        if row["match"] == "plain":
            found[plain(row["alias"])].add(row["company_id"])
    return found


def is_valid(isin: str) -> bool:
    """ISO 6166: the check digit by Luhn over the letters read as 10 to 35."""
    if not ISIN.fullmatch(isin):
        return False
    digits = [int(digit) for character in isin for digit in str(int(character, 36))]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dry-run", action="store_true", help="say what would be filled, and write nothing")
    dry_run = parser.parse_args().dry_run
    companies = read("company_register.csv")
    by_id, found = {row["company_id"]: row for row in companies}, owners(companies)
    taken = {row["isin"] for row in companies if row["isin"]}
    filled = set()
    for stock in sorted(PyTickerSymbols().get_all_stocks(), key=lambda s: (s["name"], s.get("symbol") or "")):
        ids = found.get(plain(stock["name"]), set())
        if len(ids) != 1:
            continue
        row = by_id[next(iter(ids))]
        if row["is_listed"] == "false":
            continue  # another company of that name, or one that was listed when the indices were written down
        homes = SEATS | {row["country"]}
        codes = {code for code in stock.get("isins") or [] if is_valid(code) and code[:2] in homes}
        isins = sorted(codes - taken)
        new = {"ticker": str(stock.get("symbol") or "").partition(".")[0], "isin": isins[0] if len(isins) == 1 else ""}
        for column, value in new.items():
            if value and not row[column]:
                row[column], row["is_listed"] = value, "true"
                filled.add(row["company_id"])
                taken |= {value} if column == "isin" else set()
    sys.stdout.write(f"{len(filled)} companies filled: {', '.join(sorted(filled))}\n")
    if not dry_run:
        with (SEEDS / "company_register.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, companies[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(companies)


if __name__ == "__main__":
    main()
