"""The list of rules: is every rule there, has it an example, and is the rule found in its example?

Rules of the annotator are looked for here, those of the models in tests/integration/test_rules_in_sql.py.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.annotate import Lexicon, annotate, load_lexicon
from pipelines.records import Annotations
from tests.generators import load_generator
from tests.unit.annotate.articles import make_article

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
RULE = re.compile(r"[a-z]+(?:-[a-z]+)+")
LITERAL = re.compile(rf"'({RULE.pattern})'")
OF_MARTS = {"company_mentions": "mentions"}
"""Tables of `rules.csv` that have another name in the annotations."""
NO_RULES = frozenset("compound-with-cue with-or-against named-again origin-before three-quarters two-thirds".split())
"""Strings in the code that look like rules: places of a feature, clues too weak to lead, and fractions."""
SEEDS = ("rules", "cues", "name_clues")


GENERATOR = load_generator("generate_rules")
RULES: dict[str, dict[str, str]] = GENERATOR.rules_of()
EXAMPLES: list[dict[str, str]] = GENERATOR.read(GENERATOR.EXAMPLES)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(ROOT / "dbt" / "seeds")


def read(example: dict[str, str], lexicon: Lexicon) -> Annotations:
    paragraphs = example["sentence"].split(GENERATOR.PARAGRAPH)
    return annotate(make_article(*paragraphs, language=example["language"], published=PUBLISHED), lexicon)


def test_the_page_of_rules_is_what_the_seeds_say() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == GENERATOR.render(), "run: python docs/generate_rules.py"


def test_every_rule_has_an_example() -> None:
    """`python docs/generate_rules.py --missing` prints rows to be filled for those that have none."""
    assert GENERATOR.without_example(RULES) == []


def test_no_example_is_of_a_rule_that_there_is_not() -> None:
    assert [e["rule_id"] for e in EXAMPLES if e["rule_id"] not in RULES] == []


def test_the_examples_are_sorted_one_for_each_rule_and_in_its_language() -> None:
    ids = [example["rule_id"] for example in EXAMPLES]
    assert ids == sorted(set(ids))
    assert {example["language"] for example in EXAMPLES} == {"de", "en"}
    cues = [(e, RULES[e["rule_id"]]) for e in EXAMPLES if "kind" in RULES.get(e["rule_id"], {})]
    assert [e["rule_id"] for e, cue in cues if e["language"] != cue["language"]] == []
    written = io.StringIO()
    rows = [("rule_id", "language", "sentence"), *(e.values() for e in EXAMPLES)]
    csv.writer(written, lineterminator="\n").writerows(rows)
    assert GENERATOR.EXAMPLES.read_text(encoding="utf-8") == written.getvalue(), "quoting is minimal"


def test_the_seed_of_rules_is_sorted_and_has_three_columns() -> None:
    with (ROOT / "dbt" / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["rule_id", "made", "description"]
    assert {len(row) for row in rows} == {3}
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert [row[0] for row in rows if not row[2].endswith(".")] == []


def test_every_cue_is_found_in_its_example(lexicon: Lexicon) -> None:
    cues = [e for e in EXAMPLES if "kind" in RULES.get(e["rule_id"], {})]
    missed = [f"{e['rule_id']}: {e['sentence']}" for e in cues if not _has_cue(read(e, lexicon), RULES[e["rule_id"]])]
    assert missed == []
    assert len(cues) > 1000


def _has_cue(found: Annotations, rule: dict[str, str]) -> bool:
    """Whether the cue stands in the text. The end of a compound ("die *bank") is found as what describes a name."""
    ends = {form.rpartition(" *")[2] for form in rule["forms"].split("|") if " *" in form}
    if rule["kind"] == "description" and ends:
        described = [(mention.slot.description or "").casefold() for mention in found.mentions]
        return any(noun.endswith(tuple(ends)) for noun in described)
    return rule["cue_id"] in {cue.cue_id for cue in found.cues}


def _made(found: Annotations, table: str) -> set[str]:
    """The rules of the rows, with both parts of "context-clue:share-phrase-de"."""
    return {part for row in getattr(found, table) for part in row.rule_id.split(":")}


def test_every_rule_of_the_annotator_is_found_in_its_example(lexicon: Lexicon) -> None:
    tables = set(Annotations.__dataclass_fields__)
    missed = []
    for example in EXAMPLES:
        rule = RULES.get(example["rule_id"], {})
        table = "company_mentions" if "place" in rule else rule.get("made", "")
        table = OF_MARTS.get(table, table)
        if table in tables and example["rule_id"] not in _made(read(example, lexicon), table):
            missed.append(f"{example['rule_id']}: {example['sentence']}")
    assert missed == []


def literals() -> Iterator[tuple[str, str]]:
    """Strings in the code that look like the id of a rule, with their file."""
    for path in sorted((ROOT / "pipelines" / "annotate").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE.fullmatch(node.value):
                yield node.value, path.name
    for path in sorted((ROOT / "dbt" / "models").rglob("*.sql")):
        for found in LITERAL.finditer(re.sub("--.*", "", path.read_text(encoding="utf-8"))):
            yield found.group(1), path.name


def test_every_rule_that_the_code_names_is_listed() -> None:
    known = NO_RULES.union(RULES)
    assert sorted({f"{rule_id} in {name}" for rule_id, name in literals() if rule_id not in known}) == []


def test_every_rule_that_is_listed_is_in_the_code() -> None:
    paths = [*(ROOT / "pipelines" / "annotate").glob("*.py"), *(ROOT / "dbt" / "models").rglob("*.sql")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    plain = [rule_id for rule_id, rule in RULES.items() if "made" in rule]
    assert [rule_id for rule_id in plain if not re.search(rf"[\"']{rule_id}[\"']", code)] == []


def test_the_script_says_what_is_stale_and_what_is_missing(tmp_path: Path) -> None:
    names = ("generate_rules.py", "rule_examples.csv")
    docs, seeds = tmp_path / "docs", tmp_path / "dbt" / "seeds"
    for folder, sources in (
        (docs, [ROOT / "docs" / name for name in names]),
        (seeds, [ROOT / "dbt" / "seeds" / f"{name}.csv" for name in SEEDS]),
    ):
        folder.mkdir(parents=True)
        for source in sources:
            (folder / source.name).write_bytes(source.read_bytes())

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, str(docs / "generate_rules.py"), *arguments]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        return done.returncode, done.stdout

    assert run("--check")[0] == 1, "missing"
    assert run()[0] == 0
    assert run("--check")[0] == 0
    assert run("--missing") == (0, "")
    with (seeds / "cues.csv").open("a", encoding="utf-8") as file:
        file.write("en-zz,en,move,zz,zzing|zzed,merger,,,,,noun\n")
    assert run("--check")[0] == 1, "stale"
    assert run("--missing") == (0, "en-zz,en,TODO: zzing\n")
    assert run("--wrong")[0] == 2


def test_a_stray_example_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    for name in SEEDS:
        (tmp_path / f"{name}.csv").write_bytes((ROOT / "dbt" / "seeds" / f"{name}.csv").read_bytes())
    examples = tmp_path / "examples.csv"
    examples.write_text("rule_id,language,sentence\nno-such-rule,en,Nothing.\n")
    with pytest.raises(ValueError, match="no-such-rule"):
        GENERATOR.render(tmp_path, examples)
    examples.write_text("rule_id,language,sentence\n")
    assert set(GENERATOR.without_example(GENERATOR.rules_of(tmp_path), examples)) == set(RULES)
    with (tmp_path / "cues.csv").open("a") as file:
        file.write("en-zz,en,gesture,zz,zz,,,,,,\n")
    with pytest.raises(ValueError, match="gesture"):
        GENERATOR.render(tmp_path, examples)
