-- The company that is nearest to the claim's word and does not act in it.
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
qualify row_number() over (
    partition by claims.claim_id
    order by candidates.shares_clause desc, candidates.distance asc, candidates.entity_start asc
) = 1
