"""Companies that no register knows, from the clues of a whole article: points add up, and names that earn enough count.

A clue counts once however often it is seen. Where the names stand is for `naming` to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.annotate.candidates import Candidate
from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.mentions import Proposal, slug
from pipelines.annotate.name_clues import Clue, cores
from pipelines.annotate.short_forms import first_word_alone

ENOUGH = 3
"""Points that make a name a company."""
FIRM = 2
"""Points that at least one clue must have; weak clues alone make no company."""
COMMON_IN_TEXT = 3
"""Points more that a single word needs when the article also writes it with a small initial."""
NOUN_ENDINGS = re.compile(
    r".{3,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|sion|sionen|ität|itäten|ismus|innen|chen|ling|linge"
    r"|(?:ung|heit|keit|schaft|tion)s|nis|nisse|nissen|tum|enz|anz)"
)
"""How German common nouns end and company names seldom do."""
LONGEST_INITIALS = 3
"""Letters of initials, which authorities, products and units have too: such a name needs a point more."""
AGAIN = Clue("named-again", 1)


@dataclass(slots=True)
class Evidence:
    """What speaks for one name in an article."""

    clues: dict[str, Clue] = field(default_factory=dict)
    base: str | None = None
    short: str | None = None

    @property
    def points(self) -> int:
        return sum(clue.points for clue in self.clues.values())

    @property
    def rule_id(self) -> str:
        """The weightiest clue, the first seen of equals."""
        return max(self.clues.values(), key=lambda clue: clue.points).clue_id


def gather(candidates: Iterable[Candidate], language: str) -> dict[str, Evidence]:
    """Surface → its evidence; a German genitive ("Bimotas") adds to the bare name where the article has both."""
    evidence: dict[str, Evidence] = {}
    for candidate in candidates:
        entry = evidence.setdefault(candidate.surface, Evidence())
        entry.base = entry.base or candidate.base
        entry.short = entry.short or candidate.short
        for clue in candidate.clues:
            entry.clues.setdefault(clue.clue_id, clue)
    if language == "de":
        for surface in [s for s in evidence if s.endswith("s") and s[:-1] in evidence]:
            genitive = evidence.pop(surface)
            for clue in genitive.clues.values():
                evidence[surface[:-1]].clues.setdefault(clue.clue_id, clue)
    return evidence


def enough(surface: str, found: Evidence, language: str, others: set[str], texts: Sequence[str]) -> bool:
    """Whether the clues make a company of it. `others` are persons and authorities,
    `texts` the article's sentences."""
    if not any(clue.points >= FIRM for clue in found.clues.values()):
        return False
    if surface in others and found.points < 2 * ENOUGH:
        return False
    is_single = " " not in surface
    if is_single and language == "de" and NOUN_ENDINGS.fullmatch(surface):
        return False
    wanted = ENOUGH
    if is_single and _is_common_in(texts, surface.casefold()):
        wanted += COMMON_IN_TEXT
    if surface.isupper() and len(surface) <= LONGEST_INITIALS:
        wanted += AGAIN.points
    if found.points == wanted - AGAIN.points and sum(text.count(surface) for text in texts) > 1:
        found.clues[AGAIN.clue_id] = AGAIN
    return found.points >= wanted


def _is_common_in(texts: Sequence[str], word: str) -> bool:
    pattern = re.compile(rf"(?<![\w’'-]){re.escape(word)}(?!\w)")
    return any(word in text and pattern.search(text) for text in texts)


def name_them(
    accepted: Mapping[str, Evidence], known: Mapping[str, str], language: str, lexicon: Lexicon
) -> tuple[dict[str, tuple[str, str]], list[Proposal]]:
    """Surface → (company id, rule id) of the accepted names, and the companies among them that are new.

    `known` are the surfaces of companies already found; a name that shares their first word, or only adds a generic one
    to another's ("Bellevue Group"), is theirs.
    """
    surfaces: dict[str, tuple[str, str]] = {}
    proposals: dict[str, Proposal] = {}
    firsts: dict[str, str] = dict(known)
    found_before = frozenset(known.values())
    for surface in sorted(accepted, key=lambda s: (-len(s), s)):
        found = accepted[surface]
        forms = list(cores(surface, lexicon.name_clues[language]))
        company_id = (
            found.base
            or next((i for s in forms if (i := lexicon.aliases.get(s) or firsts.get(s.casefold()))), None)
            or slug(surface)
        )
        if not company_id:
            continue
        surfaces[surface] = (company_id, found.rule_id)
        if company_id not in lexicon.companies and company_id not in found_before:
            proposals.setdefault(company_id, Proposal(company_id, surface, None, found.rule_id))
        for form in forms:
            firsts.setdefault(form.casefold(), company_id)
        for short in (found.short, first_word_alone(surface, lexicon)):
            if short:
                firsts.setdefault(short.casefold(), company_id)
    return surfaces, list(proposals.values())
