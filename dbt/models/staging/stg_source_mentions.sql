{{ current_rows('source_mentions') }}
