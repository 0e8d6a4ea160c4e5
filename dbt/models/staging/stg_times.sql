{{ current_rows('times') }}
