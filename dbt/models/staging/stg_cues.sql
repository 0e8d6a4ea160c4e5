{{ current_rows('cues') }}
