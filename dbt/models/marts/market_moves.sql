with said as (

    select
        article_id,
        sentence_no,
        region,
        attribution_id,
        source_id,
        source_name
    from {{ ref('source_attributions') }}
    where manner != 'credit'
    qualify row_number() over (partition by article_id, sentence_no, region order by attribution_id) = 1

),

basis as (

    -- "um 5 Prozent" changes by that much; "auf 5 Prozent", "Platz 5", "5 Millionen Euro Gewinn" is what was reached
    select
        claim_id,
        case
            when value is null then null
            when unit = 'rank' or value_preposition in ('auf', 'to', 'at', 'bei') then 'level'
            when value_preposition in ('um', 'by') or unit in ('percent', 'percentage_points') then 'change'
            when move_type in ('workforce_change', 'capacity_change', 'stock_price_change') and direction is not null
                then 'change'
            else 'level'
        end as basis
    from {{ ref('int_claim_details') }}

)

select
    claims.claim_id as move_id,
    claims.article_id,
    sentences.published_at,
    sentences.claimed_at,
    claims.company_id,
    claims.move_type,
    claims.direction,
    claims.counterparty_company_id,
    counterparties.name as counterparty,
    settings.market,
    settings.product,
    case
        when claims.is_loss or (claims.direction = 'down' and basis.basis = 'change') then -abs(claims.value)
        else claims.value
    end as value,
    claims.unit,
    basis.basis,
    claims.compared_with,
    settings.period_start,
    settings.period_end,
    claims.certainty,
    said.attribution_id,
    said.source_id,
    said.source_name,
    sentences.text as evidence,
    claims.region,
    sentences.start_char,
    sentences.end_char,
    claims.cue_id as rule_id
from {{ ref('int_claim_details') }} as claims
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
inner join {{ ref('int_claim_settings') }} as settings using (claim_id)
inner join basis using (claim_id)
left join said using (article_id, sentence_no, region)
left join {{ ref('int_companies') }} as counterparties on claims.counterparty_company_id = counterparties.company_id
-- In reading order, so that whoever takes the first of several equal rows takes the same one every time.
order by claims.article_id, sentences.start_char, claims.claim_id
