select
    moves.claimed_at,
    moves.company_id,
    companies.name as company,
    moves.move_type,
    moves.market,
    moves.product,
    moves.certainty,
    moves.period_start,
    moves.period_end,
    moves.counterparty_company_id,
    moves.counterparty,
    moves.source_name,
    articles.publisher,
    articles.title,
    articles.url,
    moves.article_id,
    moves.evidence,
    moves.move_id
from {{ published('market_moves') }} as moves
inner join {{ published('articles') }} as articles on moves.article_id = articles.article_id
inner join {{ published('companies') }} as companies on moves.company_id = companies.company_id
where moves.move_type in ('market_entry', 'market_exit', 'market_presence')
