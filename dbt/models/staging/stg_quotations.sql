{{ current_rows('quotations') }}
