with claims as (

    select
        source_id,
        count(*) as moves,
        count(distinct company_id) as companies,
        mode(move_type order by move_type) as most_claimed,
        count(*) filter (where is_among_first) as first_moves,
        count(*) filter (where certainty = 'announced') as announced_moves,
        count(*) filter (where certainty = 'announced' and is_seen_actual) as announced_seen_actual
    from {{ published('move_claims') }}
    where source_id is not null
    group by source_id

)

select
    sources.source_id,
    sources.name as source,
    sources.kind,
    sources.company_id,
    sources.article_count as articles,
    sources.attribution_count as statements,
    coalesce(claims.moves, 0) as moves,
    coalesce(claims.companies, 0) as companies,
    claims.most_claimed,
    coalesce(claims.first_moves, 0) as first_moves,
    round(claims.first_moves / claims.moves, 3) as share_first,
    coalesce(claims.announced_moves, 0) as announced_moves,
    round(claims.announced_seen_actual / nullif(claims.announced_moves, 0), 3) as share_seen_actual,
    sources.first_cited_at,
    sources.last_cited_at
from {{ published('sources') }} as sources
left join claims on sources.source_id = claims.source_id
