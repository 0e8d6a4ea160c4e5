{{ current_rows('market_mentions') }}
