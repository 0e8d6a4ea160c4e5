"""From bytes to UTF-8 that lexbor can take: charsets, and the guard against pages that would keep it busy."""
