with named as (

    select
        source_id,
        mode(source_name order by source_name) as surface,
        mode(source_kind order by source_kind) as kind,
        mode(company_id order by company_id) as company_id,
        count(distinct article_id) as article_count,
        count(*) as attribution_count,
        min(claimed_at) as first_cited_at,
        max(claimed_at) as last_cited_at
    from {{ ref('source_attributions') }} as attributions  -- noqa: AL05
    where {{ is_touched('attributions') }}
    group by source_id

)

select
    named.source_id,
    coalesce(lexicon.name, companies.name, named.surface) as name,
    named.kind,
    named.company_id,
    named.article_count,
    named.attribution_count,
    named.first_cited_at,
    named.last_cited_at
from named
left join {{ ref('source_register') }} as lexicon on named.source_id = lexicon.source_id
left join {{ ref('int_companies') }} as companies on named.source_id = companies.company_id
