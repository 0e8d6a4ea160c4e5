"""Characters, phrases, dates and languages of a text, wherever it stood on a page."""
