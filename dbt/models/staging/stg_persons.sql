{{ current_rows('persons') }}
