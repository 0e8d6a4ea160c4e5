{{ current_rows('mentions') }}
