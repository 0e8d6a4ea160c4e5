-- Where, with what and when: the nearest place, product and period in the clause of a claim.
with places as (

    select
        claims.claim_id,
        arg_min(mentions.surface, (abs(mentions.start_char - claims.start_char), mentions.start_char))
        filter (where lexicon.kind != 'segment') as place,
        arg_min(mentions.surface, (abs(mentions.start_char - claims.start_char), mentions.start_char))
        filter (where lexicon.kind = 'segment') as segment
    from {{ ref('int_distinct_claims') }} as claims
    inner join {{ ref('stg_market_mentions') }} as mentions using (article_id, sentence_no, clause_no)
    inner join {{ ref('markets') }} as lexicon using (market_id)
    group by claims.claim_id

),

periods as (

    select
        claims.claim_id,
        arg_min(times.period_start, (abs(times.start_char - claims.start_char), times.start_char)) as period_start,
        arg_min(times.period_end, (abs(times.start_char - claims.start_char), times.start_char)) as period_end
    from {{ ref('int_distinct_claims') }} as claims
    inner join {{ ref('stg_times') }} as times using (article_id, sentence_no, clause_no)
    group by claims.claim_id

)

select
    claims.claim_id,
    claims.article_id,
    -- what is made or sold is the product; where there is no place, it is the market too
    coalesce(places.place, places.segment) as market,
    case when types.concerns_product then places.segment end as product,
    periods.period_start,
    periods.period_end
from {{ ref('int_distinct_claims') }} as claims
inner join {{ ref('move_types') }} as types using (move_type)
left join places using (claim_id)
left join periods using (claim_id)
