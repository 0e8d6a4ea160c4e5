"""Pages kept as WARC files, and the index of what is in them. Knows nothing of the web and of who lists what."""
