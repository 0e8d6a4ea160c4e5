-- Counted before the names come in: there are a tenth as many bytes to group.
with counted as (

    select
        {{ period_of('week', 'moves.claimed_at') }} as week,
        company_id,
        move_type,
        certainty,
        count(*) as moves,
        count(distinct article_id) as articles
    from {{ published('market_moves') }} as moves
    group by all

)

select
    counted.week,
    counted.company_id,
    companies.name as company,
    companies.sector,
    counted.move_type,
    counted.certainty,
    counted.moves,
    counted.articles
from counted
inner join {{ published('companies') }} as companies on counted.company_id = companies.company_id
