{{ current_rows('clauses') }}
