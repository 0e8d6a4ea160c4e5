-- Where, with what and when: the nearest place, product and period of a claim, its own clause first.
with claims as (

    select
        claims.*,
        types.concerns_product,
        types.speaks_of_protagonist as is_measured
    from {{ ref('int_claim_details') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)

),

markets as (

    select
        claims.claim_id,
        lexicon.kind = 'segment' as is_segment,
        mentions.surface,
        mentions.start_char,
        abs(mentions.start_char - claims.start_char)
        + case when mentions.clause_no = claims.clause_no then 0 else 80 end
        -- "in China", "auf dem US-Markt": what a preposition of place governs is where it happens
        + case
            when mentions.preposition in ('in', 'im', 'auf', 'nach', 'into', 'on', 'to', 'across', 'from', 'aus')
                then -40
            else 0
        end as penalty
    from claims
    inner join {{ ref('stg_market_mentions') }} as mentions using (article_id, sentence_no, region)
    inner join {{ ref('markets') }} as lexicon using (market_id)

),

places as (

    select
        claim_id,
        arg_min(surface, (penalty, start_char)) filter (where not is_segment and penalty <= 160) as place,
        arg_min(surface, (penalty, start_char)) filter (where is_segment and penalty <= 160) as segment
    from markets
    group by claim_id

),

times as (

    select
        claims.claim_id,
        times.period_start,
        times.period_end,
        times.start_char,
        abs(times.start_char - claims.start_char)
        + case when times.clause_no = claims.clause_no then 0 else 80 end
        -- a figure belongs to a quarter or a year, seldom to the day on which it was told
        + case
            when claims.is_measured and times.rule_id in ('weekday', 'same-day', 'day-before', 'day') then 90
            else 0
        end
        -- "gegenüber dem Vorjahr" says what is compared
        + case when regexp_matches(times.surface, '^[Vv]or') then 150 else 0 end as penalty
    from claims
    inner join {{ ref('stg_times') }} as times using (article_id, sentence_no, region)

),

periods as (

    select
        claim_id,
        arg_min(period_start, (penalty, start_char)) as period_start,
        arg_min(period_end, (penalty, start_char)) as period_end
    from times
    where penalty <= 250
    group by claim_id

)

select
    claims.claim_id,
    claims.article_id,
    -- what is made or sold is the product; where there is no place, it is the market too
    coalesce(places.place, places.segment) as market,
    case when claims.concerns_product then places.segment end as product,
    periods.period_start,
    periods.period_end
from claims
left join places using (claim_id)
left join periods using (claim_id)
