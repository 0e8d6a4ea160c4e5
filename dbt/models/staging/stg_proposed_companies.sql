{{ current_rows('proposed_companies') }}
