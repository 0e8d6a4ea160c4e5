with months as (

    select
        claims.company_a_id,
        claims.company_b_id,
        {{ period_of('month', 'claims.claimed_at') }} as month,
        arg_max(claims.strength, {{ rank_of_strength('claims.strength') }}) as strength,
        mode(claims.market order by claims.market) as market,
        count(*) as claims,
        count(distinct articles.source_id) as publications
    from {{ published('competitor_claims') }} as claims
    inner join {{ published('articles') }} as articles on claims.article_id = articles.article_id
    group by all

)

select
    months.company_a_id,
    a.name as company_a,
    months.company_b_id,
    b.name as company_b,
    months.month,
    months.strength,
    months.market,
    months.claims,
    months.publications,
    sum(months.claims) over (
        partition by months.company_a_id, months.company_b_id
        order by months.month
    )::bigint as claims_so_far
from months
inner join {{ published('companies') }} as a on months.company_a_id = a.company_id
inner join {{ published('companies') }} as b on months.company_b_id = b.company_id
