-- The company that is nearest to the claim's word, does not act in it and stands in the other side's place: who buys
-- something "from X" does not buy X, and what is sold goes "to X".
select
    claims.claim_id,
    claims.article_id,
    candidates.company_id as counterparty_company_id
from {{ ref('int_claims') }} as claims
inner join {{ ref('move_types') }} as types using (move_type)
inner join {{ ref('int_claim_candidates') }} as candidates using (article_id, sentence_no, start_char, cue_id)
where
    types.takes_counterparty
    and candidates.company_id != claims.company_id
    and not candidates.is_reporting
    and candidates.entity_start is not null
    and not (
        claims.move_type = 'acquisition'
        and claims.slot = 'subject'
        and not candidates.is_passive
        and coalesce(candidates.preposition in ('von', 'vom', 'from'), false)
    )
qualify row_number() over (
    partition by claims.claim_id
    order by
        candidates.shares_clause desc,
        claims.move_type = 'divestiture' and coalesce(candidates.preposition in ('an', 'to'), false) desc,
        candidates.distance asc,
        candidates.entity_start asc,
        candidates.company_id asc
) = 1
