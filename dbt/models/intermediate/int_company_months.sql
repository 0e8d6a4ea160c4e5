-- An article that names no company counts too, among the articles of its month.
select
    articles.article_id,
    {{ period_of('month', claimed_at('articles')) }} as month,
    mentions.company_id,
    count(mentions.company_id) as mentions
from {{ ref('stg_articles') }} as articles
left join {{ ref('stg_mentions') }} as mentions using (article_id)
group by all
