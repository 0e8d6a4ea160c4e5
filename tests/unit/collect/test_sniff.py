"""Telling pages from what merely has their name or type."""

import pytest

from pipelines.collect.pages.sniff import is_binary, is_html

HTML = b"<!doctype html><html><body><p>Text</p></body></html>"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (HTML, "text/html; charset=utf-8", True),
        (HTML, "Application/XHTML+XML", True),
        (HTML, None, True),
        (HTML, "text/plain", True),
        (HTML, "application/octet-stream", True),
        (b"<p>no frame around it", "text/html", True),
        (b"<p>no frame around it", "text/plain", False),
        (HTML, "application/json", False),
        (b"only text, 3 < 4", "text/html", False),
        (b'{"error": "no"}', "text/html", False),
        (b"%PDF-1.7 <html>", "text/html", False),
        (b"\x89PNG\r\n<html>", None, False),
        (b"<html>\0\0", "text/html", False),
        ("﻿<html><p>ä".encode("utf-16-le"), "text/html", True),
        (b"<?xml version='1.0'?><rss></rss>", "application/xml", False),
    ],
)
def test_is_html(body, content_type, expected):
    assert is_html(body, content_type) is expected


def test_text_is_not_binary():
    assert not is_binary("Größe: 3 µm".encode("latin-1"))
    assert is_binary(b"PK\x03\x04rest")
