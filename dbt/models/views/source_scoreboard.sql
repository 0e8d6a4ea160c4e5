{% set same_move = 'company_id, move_type, counterparty_company_id' %}

with claims as (

    -- a claim is early where no other article of the quarter before makes it of the same company
    select
        moves.attribution_id,
        moves.company_id,
        moves.move_type,
        moves.certainty,
        {{ claimed_at('articles') }} as claimed_at,
        count(*) over (
            partition by {{ same_move }}
            order by {{ claimed_at('articles') }}
            range between interval 90 days preceding and interval 1 microsecond preceding
        ) = 0 as is_first,
        max({{ claimed_at('articles') }}) filter (where moves.certainty = 'actual') over (
            partition by {{ same_move }}
        ) as last_seen_actual_at
    from {{ published('market_moves') }} as moves
    inner join {{ published('articles') }} as articles on moves.article_id = articles.article_id

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
        count(*) filter (
            where claims.certainty = 'announced' and claims.last_seen_actual_at > claims.claimed_at
        ) as announced_seen_actual,
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
