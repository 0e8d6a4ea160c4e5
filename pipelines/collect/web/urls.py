"""URLs: resolving, light canonical form, the origin and host they belong to. Nothing on what lies behind them."""

from __future__ import annotations

import re

import can_ada

TRACKING_NAMES = frozenset(
    (
        "fbclid gclid gbraid wbraid dclid gclsrc msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid "
        "mc_eid mkt_tok wt_mc wt_zmc wt.mc_id wt_cc1 _ga _gl _hsenc _hsmi __hstc __hssc __hsfp xtor "
        "ns_mchannel ns_source ns_campaign ns_linkname ns_fee ocid ncid cmpid oly_enc_id oly_anon_id vero_id "
        "s_cid wickedid rb_clickid"
    ).split()
)
"""Query parameters that say where a reader came from and never which page is shown (lower case)."""

TRACKING_PREFIXES = ("utm_", "at_medium", "at_campaign", "at_custom", "at_link", "at_bbc", "pk_", "piwik_", "mtm_")
"""The same, for families of names: Google Analytics, AT Internet, Matomo."""

TWINS = frozenset({"www", "m", "mobile", "mobil", "amp", "wap", "touch"})
"""First labels of hosts that serve the same pages as the host without them."""

AMP = re.compile(r"/amp(?:/|\?|$)|[./-]amp\.html?(?:\?|$)|\.amp(?:\?|$)|[?&](?:amp|outputtype=amp)\b", re.IGNORECASE)
"""The usual spellings of an article's AMP form."""

MAX_URL_LENGTH = 2_083
"""Longer addresses are not served by common browsers and proxies; in feeds they are inlined data."""


def resolve(link: str, base: str | None = None) -> str | None:
    """`link` as an absolute http(s) URL without fragment, credentials and default port; None if it is none.

    None also for more than `MAX_URL_LENGTH` characters and for a URL without a host.
    """
    link = link.strip()
    if not link:
        return None
    try:
        url = can_ada.parse(base) + link if base else can_ada.parse(link)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:") or not url.hostname:
        return None
    url.hash, url.username, url.password = "", "", ""
    return str(url.href) if len(url.href) <= MAX_URL_LENGTH else None


def canonical_url(link: str, base: str | None = None) -> str | None:
    """As `resolve`, and without tracking parameters.

    The order and spelling of the remaining parameters is kept: some servers care.
    """
    resolved = resolve(link, base)
    if resolved is None or "?" not in resolved:
        return resolved
    url = can_ada.parse(resolved)
    url.search = "&".join(pair for pair in url.search.removeprefix("?").split("&") if pair and not _is_tracking(pair))
    return str(url.href)


def page_address(url: str) -> str:
    """The address under which a page goes: canonical if it is a web address, else (a file's) as it is."""
    return canonical_url(url) or url


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


def own_address(url: str, canonical: str | None) -> str | None:
    """The address under which the very same page is to be found, if rel=canonical names one that can be believed.

    That is one on another host of the same site (`www.`, mobile) or with https for http, or the page of which this is
    the AMP form. Not the home page: many publishers put a wrong link into a template; and a syndicated article names
    somebody else's. Another address on the same host is another page: an earlier version, a second part, a print.
    """
    if canonical is None or canonical == url:
        return None
    mine, theirs = can_ada.parse(url), can_ada.parse(canonical)
    if _site(mine.hostname) != _site(theirs.hostname) or (theirs.pathname == "/" and not theirs.search):
        return None
    return canonical if mine.origin != theirs.origin or AMP.search(mine.pathname + mine.search) else None


def _site(host: str) -> str:
    first, _, rest = host.partition(".")
    return rest if first in TWINS and "." in rest else host


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    parsed = can_ada.parse(url)
    return f"{parsed.protocol}//{parsed.host}"


def host_of(url: str) -> str:
    """Host and port: what is paced together."""
    return str(can_ada.parse(url).host)
