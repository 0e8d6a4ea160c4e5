select
    {{ period_of('week', claimed_at('articles')) }} as week,
    moves.company_id,
    companies.name as company,
    companies.sector,
    moves.move_type,
    moves.certainty,
    count(*) as moves,
    count(distinct moves.article_id) as articles
from {{ published('market_moves') }} as moves
inner join {{ published('articles') }} as articles on moves.article_id = articles.article_id
inner join {{ published('companies') }} as companies on moves.company_id = companies.company_id
group by all
