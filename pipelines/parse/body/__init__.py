"""Which paragraphs of a page are its article's, and what each of them is."""
