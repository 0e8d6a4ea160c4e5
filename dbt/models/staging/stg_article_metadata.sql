{{ current_rows('article_metadata') }}
