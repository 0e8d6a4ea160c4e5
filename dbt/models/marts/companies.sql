with mentioned as (

    select
        mentions.company_id,
        min({{ claimed_at('articles') }}) as first_mentioned_at,
        max({{ claimed_at('articles') }}) as last_mentioned_at,
        count(distinct mentions.article_id) as article_count,
        count(*) as mention_count
    from {{ ref('company_mentions') }} as mentions
    inner join {{ ref('articles') }} as articles using (article_id)
    where {{ is_touched('mentions') }}
    group by mentions.company_id

)

select
    companies.company_id,
    companies.name,
    companies.legal_name,
    companies.country,
    companies.sector,
    companies.ticker,
    companies.isin,
    companies.is_listed,
    companies.is_registered,
    mentioned.first_mentioned_at,
    mentioned.last_mentioned_at,
    mentioned.article_count,
    mentioned.mention_count
from {{ ref('int_companies') }} as companies
inner join mentioned using (company_id)
