with months as (

    select
        {{ period_of('month', claimed_at('articles')) }} as month,
        mentions.company_id,
        count(distinct mentions.article_id) as articles,
        count(*) as mentions
    from {{ published('company_mentions') }} as mentions
    inner join {{ published('articles') }} as articles on mentions.article_id = articles.article_id
    group by all

),

in_all as (

    select
        {{ period_of('month', claimed_at('articles')) }} as month,
        count(*) as articles
    from {{ published('articles') }} as articles
    group by all

)

select
    months.month,
    months.company_id,
    companies.name as company,
    companies.sector,
    months.articles,
    months.mentions,
    round(months.articles / in_all.articles, 4) as share_of_articles,
    round(months.mentions / sum(months.mentions) over (partition by months.month), 4) as share_of_mentions,
    case
        when companies.sector is not null
            then round(months.mentions / sum(months.mentions) over (partition by months.month, companies.sector), 4)
    end as share_in_sector
from months
inner join in_all on months.month = in_all.month
inner join {{ published('companies') }} as companies on months.company_id = companies.company_id
