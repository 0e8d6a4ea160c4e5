with claims as (

    select
        market_moves.attribution_id,
        market_moves.company_id,
        market_moves.move_type,
        market_moves.certainty,
        claimed.claimed_at = moves.first_claimed_at as is_first,
        coalesce(moves.actual_at > claimed.claimed_at, false) as is_seen_actual
    from {{ published('market_moves') }} as market_moves
    inner join {{ published('move_claims') }} as claimed on market_moves.move_id = claimed.move_id
    inner join {{ published('moves') }} as moves on claimed.real_move_id = moves.real_move_id

),

of_sources as (

    select
        attributions.source_id,
        count(distinct attributions.article_id) as articles,
        count(distinct attributions.attribution_id) as statements,
        count(claims.company_id) as moves,
        count(distinct claims.company_id) as companies,
        mode(claims.move_type order by claims.move_type) as most_claimed,
        count(*) filter (where claims.is_first) as first_moves,
        count(*) filter (where claims.certainty = 'announced') as announced_moves,
        count(*) filter (where claims.certainty = 'announced' and claims.is_seen_actual) as announced_seen_actual,
        min({{ claimed_at('articles') }}) as first_cited_at,
        max({{ claimed_at('articles') }}) as last_cited_at
    from {{ published('source_attributions') }} as attributions
    inner join {{ published('articles') }} as articles on attributions.article_id = articles.article_id
    left join claims on attributions.attribution_id = claims.attribution_id
    group by attributions.source_id

)

select
    sources.source_id,
    sources.name as source,
    sources.kind,
    sources.company_id,
    of_sources.articles,
    of_sources.statements,
    of_sources.moves,
    of_sources.companies,
    of_sources.most_claimed,
    of_sources.first_moves,
    round(of_sources.first_moves / nullif(of_sources.moves, 0), 3) as share_first,
    of_sources.announced_moves,
    round(of_sources.announced_seen_actual / nullif(of_sources.announced_moves, 0), 3) as share_seen_actual,
    of_sources.first_cited_at,
    of_sources.last_cited_at
from of_sources
inner join {{ published('sources') }} as sources on of_sources.source_id = sources.source_id
