select
    claims.* exclude (claims.direction, claims.certainty),
    coalesce(directions.is_loss and quantities.unit not in ('percent', 'percentage_points'), false) as is_loss,
    quantities.value,
    quantities.unit,
    quantities.preposition as value_preposition,
    quantities.compared_with,
    counterparties.counterparty_company_id,
    marks.certainty,
    case
        when claims.move_type != 'market_presence' then coalesce(directions.direction, claims.direction)
        when marks.is_negated then 'down'
        else coalesce(claims.direction, 'up')
    end as direction
from {{ ref('int_claims') }} as claims
inner join {{ ref('int_claim_certainty') }} as marks using (article_id, claim_id)
left join {{ ref('int_claim_directions') }} as directions using (article_id, claim_id)
left join {{ ref('int_claim_values') }} as quantities using (article_id, claim_id)
left join {{ ref('int_counterparties') }} as counterparties using (article_id, claim_id)
