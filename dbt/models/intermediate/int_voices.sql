with named as (

    select *
    from intermediate.int_company_months as named  -- noqa: AL05
    -- depends on {{ ref('int_company_months') }}
    where {{ is_touched('named') }}

),

months as (

    select
        month,
        company_id,
        count(*) as articles,
        sum(mentions)::bigint as mentions
    from named
    where company_id is not null
    group by all

),

in_all as (

    select
        month,
        count(distinct article_id) as articles
    from named
    group by all

)

select
    months.month,
    months.company_id,
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
inner join {{ ref('int_companies') }} as companies on months.company_id = companies.company_id
