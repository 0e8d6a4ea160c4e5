{{ current_rows('sentences') }}
