select
    company_a_id,
    company_b_id,
    arg_max(strength, {{ rank_of_strength('strength') }}) as strength,
    mode(market order by market) as market,
    count(*) as evidence_count,
    count(distinct article_id) as article_count,
    min(claimed_at) as first_claimed_at,
    max(claimed_at) as last_claimed_at
from {{ ref('competitor_claims') }} as claims  -- noqa: AL05
where {{ is_touched('claims') }}
group by company_a_id, company_b_id
