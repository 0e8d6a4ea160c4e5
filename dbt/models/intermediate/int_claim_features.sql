-- What speaks for and against each company in the actor's place of each cue, as named features. Their weights are the
-- seed claim_weights, so every score can be read and disputed.
with speakers as (

    select distinct
        article_id,
        sentence_no,
        company_id
    from {{ ref('int_attributions') }}
    where manner != 'credit'

)

select
    places.*,
    reporting.company_id is not null as is_reporting,
    list_distinct(cue_features.features || [
        'always',
        'place ' || places.place,
        'place ' || places.slot || ' ' || places.place || places.side,
        case when places.is_passive then 'passive ' || places.place || places.side end,
        case when places.kind = 'topic' then 'topic ' || places.place end,
        case when types.takes_counterparty then 'deal ' || places.slot || ' ' || places.place || places.side end,
        places.construction,
        'named as ' || places.entity_kind,
        case when places.shares_clause then 'same clause' when places.entity_start is not null then 'clause away' end,
        case
            when places.distance <= 3 then 'beside' when places.distance <= 25 then 'near'
            when places.distance <= 70 then 'apart' when places.distance is not null then 'far'
        end,
        case places.nearness when 1 then 'nearest' when 2 then 'second nearest' else 'not near' end,
        case when places.position = 1 and places.entity_start is not null then 'first of sentence' end,
        case when places.list_no > 0 then 'listed' end,
        case when reporting.company_id is not null then 'reports' end,
        case when speakers.company_id is not null then 'speaks' end,
        case when speakers.company_id is not null and reporting.company_id is not null then 'reporter speaks' end,
        case when companies.sector in ('banking', 'finance', 'insurance') then 'bank' end,
        case
            when companies.sector in ('banking', 'finance') and places.move_type = 'stock_price_change'
                then 'bank on a share'
        end,
        case when not companies.is_registered then 'proposed' end
    ]) as features
from {{ ref('int_claim_places') }} as places
inner join {{ ref('int_claim_cue_features') }} as cue_features using (article_id, sentence_no, start_char, cue_id)
inner join {{ ref('move_types') }} as types using (move_type)
inner join {{ ref('int_companies') }} as companies using (company_id)
left join {{ ref('int_reporting_companies') }} as reporting using (company_id)
left join speakers using (article_id, sentence_no, company_id)
