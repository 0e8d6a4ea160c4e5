with certain as (

    select
        claims.*,
        case
            when claims.move_type = 'market_presence' then coalesce(claims.certainty, 'actual')
            when marks.is_negated and claims.kind = 'move' then 'denied'
            when marks.hedge_rank = 3 then 'denied'
            when marks.hedge_rank = 2 or sentences.is_question then 'possible'
            when marks.hedge_rank = 1 then 'announced'
            else coalesce(claims.certainty, 'actual')
        end as claimed_certainty,
        case when claims.move_type = 'market_presence' then case when marks.is_negated then 'down' else 'up' end else claims.direction end
            as claimed_direction,
        sentences.start_char as sentence_start,
        sentences.end_char as sentence_end,
        sentences.text as evidence,
        sentences.published_at
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    left join {{ ref('int_clause_certainty') }} as marks using (article_id, sentence_no, clause_no)

),

detailed as (

    select
        certain.*,
        quantities.value,
        quantities.unit,
        quantities.preposition as value_preposition,
        counterparties.counterparty_company_id
    from certain
    left join {{ ref('int_claim_values') }} as quantities using (article_id, sentence_no, start_char, cue_id, company_id)
    left join {{ ref('int_counterparties') }} as counterparties using (article_id, sentence_no, start_char, cue_id, company_id)

),

distinct_claims as (

    -- the same claim told twice is one row: the one with the best actor and the most detail
    select *
    from detailed
    qualify row_number() over (
        partition by article_id, company_id, move_type, coalesce(counterparty_company_id, ''), coalesce(claimed_direction, '')
        order by value is not null desc, actor_score desc, region = 'title', sentence_no, start_char, cue_id
    ) = 1

),

places as (

    select
        claims.article_id, claims.sentence_no, claims.start_char, claims.cue_id, claims.company_id,
        arg_min(mentions.surface, abs(mentions.start_char - claims.start_char)) as market
    from distinct_claims as claims
    inner join {{ ref('stg_market_mentions') }} as mentions using (article_id, sentence_no, clause_no)
    group by all

),

periods as (

    select
        claims.article_id, claims.sentence_no, claims.start_char, claims.cue_id, claims.company_id,
        arg_min(times.period_start, abs(times.start_char - claims.start_char)) as period_start,
        arg_min(times.period_end, abs(times.start_char - claims.start_char)) as period_end
    from distinct_claims as claims
    inner join {{ ref('stg_times') }} as times using (article_id, sentence_no, clause_no)
    group by all

),

said as (

    select article_id, sentence_no, region, attribution_id, source_name
    from {{ ref('source_attributions') }}
    where manner != 'credit'
    qualify row_number() over (partition by article_id, sentence_no, region order by attribution_id) = 1

)

select
    {{ stable_id(['claims.article_id', 'claims.company_id', 'claims.move_type', 'claims.region', 'claims.start_char', 'claims.cue_id']) }}
        as move_id,
    claims.article_id,
    claims.published_at,
    claims.company_id,
    claims.move_type,
    claims.claimed_direction as direction,
    claims.counterparty_company_id,
    counterparties.name as counterparty,
    places.market,
    cast(null as varchar) as product,
    case when claims.claimed_direction = 'down' and claims.value_preposition is distinct from 'auf' then -abs(claims.value) else claims.value end
        as value,
    claims.unit,
    case
        when claims.value is null then null
        when claims.value_preposition in ('auf', 'to', 'at', 'bei') then 'level'
        else 'change'
    end as basis,
    periods.period_start,
    periods.period_end,
    claims.claimed_certainty as certainty,
    said.attribution_id,
    said.source_name,
    claims.evidence,
    claims.region,
    claims.sentence_start as start_char,
    claims.sentence_end as end_char,
    claims.cue_id as rule_id
from distinct_claims as claims
left join places using (article_id, sentence_no, start_char, cue_id, company_id)
left join periods using (article_id, sentence_no, start_char, cue_id, company_id)
left join said using (article_id, sentence_no, region)
left join {{ ref('int_companies') }} as counterparties on claims.counterparty_company_id = counterparties.company_id
