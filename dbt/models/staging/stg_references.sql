{{ current_rows('references') }}
