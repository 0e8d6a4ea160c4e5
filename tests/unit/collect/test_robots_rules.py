"""What a robots.txt allows: the rules of RFC 9309 and of protego as tables, and protego beside a plain matcher."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.web.robots import product_token, read_rules

TOKEN = "claimhouse"
EVERYBODY = "User-agent: *\n"


def allows(robots: str, path: str) -> bool:
    return read_rules(robots.encode(), TOKEN).allows(f"https://news.example{path}")


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        # The longest rule that matches counts, wherever it stands; of two as long as each other, the allowing one.
        ("Disallow: /\nAllow: /news/", "/news/a", True),
        ("Allow: /news/\nDisallow: /", "/sport/a", False),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Disallow: /folder\nAllow: /folder/", "/folder/page", True),
        ("Allow: /folder\nDisallow: /folder/", "/folder/page", False),
        ("Disallow: /page\nAllow: /page", "/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", True),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        # What matches nothing is allowed, an empty rule forbids nothing, and letters are not alike in small and large.
        ("Disallow: /intern", "/", True),
        ("Disallow:", "/a", True),
        ("Disallow: /Intern", "/intern", True),
        ("Disallow: /intern", "/internal", False),
        ("Disallow: /a?b", "/a?b=1", False),
        ("Disallow: /a?b", "/a", True),
        ("Disallow: a", "/a", True),
        # `$` is the end, and only as the last character.
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a$", "/a?b", True),
        ("Disallow: /a$b", "/a$b", False),
        ("Disallow: /a%24", "/a$b", False),
        # `*` is anything, also nothing; at the end it says nothing.
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?a", True),
        ("Disallow: /*/print", "/a/b/print/1", False),
        ("Disallow: /a*b", "/ab", False),
        ("Disallow: /a*b", "/a", True),
        ("Disallow: /a*", "/a", False),
        ("Disallow: /a%2Ab", "/a*b", False),
        ("Disallow: /a%2Ab", "/axb", True),
        # Octets are compared, however they are written; an encoded slash is no slash.
        ("Disallow: /foo/bar/\u30c4", "/foo/bar/%E3%83%84", False),
        ("Disallow: /foo/bar/%E3%83%84", "/foo/bar/\u30c4", False),
        ("Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        ("Disallow: /\u00fcber", "/%c3%bcber", False),
        ("Disallow: /a%2fb", "/a%2Fb", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        # Beside the rules: comments, blanks, other names of fields, and the file itself.
        ("Disallow: /a # not yet", "/a", False),
        ("  disallow :  /a  ", "/a", False),
        ("Dissallow: /a", "/a", False),
        ("Noindex: /a", "/a", True),
        ("Disallow: /", "/robots.txt", True),
    ],
)
def test_which_rule_counts(rules, path, expected):
    assert allows(EVERYBODY + rules, path) is expected


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        # Our own group is all that counts, in whatever place and spelling; without one, everybody's.
        ("User-agent: *\nDisallow: /\n\nUser-agent: claimhouse\nDisallow: /x\n", True),
        ("User-agent: ClaimHouse\nDisallow: /a\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: otherbot\nDisallow: /\n", True),
        ("User-agent: otherbot\nAllow: /\n\nUser-agent: *\nDisallow: /\n", False),
        ("User-agent: house\nDisallow: /\n", True),
        ("User-agent: claimhouse-images\nDisallow: /\n", True),
        ("User-agent: claimhouse/1.0\nDisallow: /\n", False),
        ("User-agent: claimhouse/1.0 # ours\nDisallow: /\n", False),
        ("User-agent: claimhouse/2.0\nAllow: /\n\nUser-agent: *\nDisallow: /\n", True),
        # The most specific name goes before a shorter one.
        ("User-agent: claim\nDisallow: /\n\nUser-agent: claimhouse\nAllow: /\n", True),
        # Groups of one name are one group; several names share the rules below them.
        ("User-agent: claimhouse\nDisallow: /x\n\nUser-agent: *\nAllow: /\n\nUser-agent: claimhouse\nDisallow: /a\n",
         False),
        ("User-agent: otherbot\nUser-agent: claimhouse\nDisallow: /\n", False),
        ("User-agent: claimhouse\nDisallow: /x\nUser-agent: otherbot\nDisallow: /a\n", True),
        ("User-agent: claimhouse\nCrawl-delay: 1\nUser-agent: otherbot\nDisallow: /a\n", True),
        ("User-agent: claimhouse\nSitemap: https://news.example/x\nUser-agent: otherbot\nDisallow: /a\n", False),
        ("User-agent: claimhouse\n\n\nDisallow: /a\n", False),
        # Rules of nobody, and nothing at all.
        ("Disallow: /\n", True),
        ("", True),
        # Line ends of all systems, a mark at the beginning, bytes that are no UTF-8.
        ("User-agent: *\r\nDisallow: /a\r\n", False),
        ("User-agent: *\rDisallow: /a\r", False),
        ("\ufeffUser-agent: *\nDisallow: /a\n", False),
    ],
)  # fmt: skip
def test_whose_rules_count(robots, expected):
    assert allows(robots, "/a") is expected


def test_bytes_that_are_no_text_spoil_their_line_only():
    rules = read_rules(b"User-agent: *\nDisallow: /\xff\xfe\n\0\0\nDisallow: /a\n", TOKEN)
    assert [rules.allows(f"https://news.example/{name}") for name in "ab"] == [False, True]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5), ("0.5", 0.5), ("31", 30), ("1e9", 30), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)],
)
def test_a_crawl_delay_is_honoured_up_to_30_seconds(value, seconds):
    assert read_rules(f"User-agent: *\nCrawl-delay: {value}\n".encode(), TOKEN).crawl_delay == seconds


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [("claimhouse/0.1 (news)", "claimhouse"), ("Mozilla/5.0 (compatible; Newsbot/2)", "Newsbot"), ("a-b_c", "a-b_c")],
)
def test_the_name_by_which_we_are_meant(user_agent, token):
    assert product_token(user_agent) == token


PATTERNS = st.text("ab/*", max_size=5).map("/{}".format)
RULES = st.lists(st.tuples(st.booleans(), PATTERNS, st.sampled_from(["", "", "$"])), max_size=6)


@given(RULES, st.text("ab/", max_size=7).map("/{}".format))
def test_the_longest_rule_that_matches_counts_whatever_the_rules(rules, path):
    """Beside RFC 9309, 2.2.2, written down as plainly as it can be."""
    if path.startswith("//"):
        path = "/a" + path
    matching = [
        (len(pattern + end), is_allowed)
        for is_allowed, pattern, end in rules
        if re.match(re.escape(pattern).replace(r"\*", ".*") + ("$" if end else ""), path)
    ]
    lines = [f"{'Allow' if is_allowed else 'Disallow'}: {pattern}{end}\n" for is_allowed, pattern, end in rules]
    assert allows(EVERYBODY + "".join(lines), path) is (not matching or max(matching)[1])


@pytest.mark.parametrize(
    "filler", [" ", "\t\n", "User-agent:", "user-agent :  ", "User-agent: a/", "Disallow: /*a", "\n*"]
)
def test_a_hostile_file_takes_no_time(filler):
    start = time.process_time()
    rules = read_rules((EVERYBODY + filler * 200_000).encode(), TOKEN)
    rules.allows("https://news.example/" + "a" * 2_000)
    assert time.process_time() - start < 2
