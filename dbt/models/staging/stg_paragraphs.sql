{{ current_rows('paragraphs') }}
