with others as (

    select
        claims.article_id, claims.sentence_no, claims.start_char, claims.cue_id, claims.company_id,
        candidates.company_id as counterparty_company_id,
        candidates.shares_clause,
        candidates.is_before,
        candidates.distance,
        candidates.is_reporting,
        candidates.entity_start
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('int_claim_candidates') }} as candidates using (article_id, sentence_no, start_char, cue_id)
    where
        types.takes_counterparty
        and candidates.company_id != claims.company_id
        and not candidates.is_reporting

)

select article_id, sentence_no, start_char, cue_id, company_id, counterparty_company_id
from others
qualify row_number() over (
    partition by article_id, sentence_no, start_char, cue_id, company_id
    order by shares_clause desc, distance, entity_start
) = 1
