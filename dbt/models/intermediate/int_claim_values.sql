with unit_kinds as (

    select distinct
        unit,
        kind
    from {{ ref('units') }}
    where kind in ('currency', 'percent', 'count')

),

quantities as (

    select
        claims.claim_id,
        claims.article_id,
        quantities.value,
        quantities.unit,
        quantities.preposition,
        list_position(
            string_split(types.value_units, '|'),
            case when unit_kinds.kind = 'currency' then 'currency' else quantities.unit end
        ) as rank,
        quantities.clause_no = claims.clause_no as shares_clause,
        least(abs(quantities.start_char - claims.end_char), abs(claims.start_char - quantities.end_char)) as distance
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('stg_quantities') }} as quantities using (article_id, sentence_no, region)
    left join unit_kinds on quantities.unit = unit_kinds.unit

)

select
    claim_id,
    article_id,
    value,
    unit,
    preposition
from quantities
where rank > 0 and (shares_clause or distance <= 60)
qualify row_number() over (
    partition by claim_id order by shares_clause desc, rank asc, distance asc, value asc
) = 1
