select
    claims.* exclude (direction, certainty),
    quantities.value,
    quantities.unit,
    quantities.preposition as value_preposition,
    counterparties.counterparty_company_id,
    case
        when claims.move_type = 'market_presence' then coalesce(claims.certainty, 'actual')
        when marks.is_negated and claims.kind = 'move' then 'denied'
        when marks.hedge_rank = 3 then 'denied'
        when marks.hedge_rank = 2 or sentences.is_question then 'possible'
        when marks.hedge_rank = 1 then 'announced'
        else coalesce(claims.certainty, 'actual')
    end as certainty,
    case
        when claims.move_type != 'market_presence' then claims.direction
        when marks.is_negated then 'down'
        else coalesce(claims.direction, 'up')
    end as direction
from {{ ref('int_claims') }} as claims
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
left join {{ ref('int_clause_certainty') }} as marks using (article_id, sentence_no, clause_no)
left join {{ ref('int_claim_values') }} as quantities using (claim_id)
left join {{ ref('int_counterparties') }} as counterparties using (claim_id)
