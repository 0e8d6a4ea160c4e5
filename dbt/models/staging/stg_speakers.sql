{{ current_rows('speakers') }}
