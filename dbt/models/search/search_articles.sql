-- depends_on: {{ ref('articles') }}
-- depends_on: {{ ref('int_article_words') }}
with
{{ ranked_articles('question') }},

best as (

    select *
    from ranked
    order by score desc, article_id asc
    limit n

),

texts as (

    select
        best.score,
        articles.*,
        sought.terms,
        {{ tokens_of('articles.text') }} as tokens
    from best
    inner join main.articles as articles on best.article_id = articles.article_id
    cross join sought

),

placed as (

    select
        *,
        coalesce(list_position(
            list_transform(tokens, token -> list_contains(terms, {{ term_of('lower(token)', 'language') }})), true
        ), 1) as first_hit
    from texts

)

select
    round(score, 2) as score,
    {{ claimed_at('placed') }} as claimed_at,
    title,
    -- some words before the first that was found, and more behind it
    regexp_replace(
        case when first_hit > 20 then '… ' else '' end
        || {{ marked('tokens[greatest(first_hit - 19, 1):first_hit + 40]', 'terms', 'language') }}
        || case when len(tokens) > first_hit + 40 then ' …' else '' end,
        '\s+', ' ', 'g'
    ) as snippet,
    publisher,
    url,
    article_id
from placed
order by score desc, article_id asc
