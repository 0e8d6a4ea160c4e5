{{ current_rows('quantities') }}
