with words as (

    select
        article_id,
        language,
        unnest({{ words_of("text") }}) as word,
        1 as weight
    from {{ ref('stg_articles') }}

    union all

    -- a headline says what an article is about
    select
        article_id,
        language,
        unnest({{ words_of("title") }}) as word,
        3 as weight
    from {{ ref('stg_articles') }}
    where title is not null

),

counted as (

    select
        article_id,
        word,
        any_value(language) as language,
        sum(weight) as weight
    from words
    group by article_id, word

),

stemmed as (

    select
        article_id,
        {{ term_of('word', 'language') }} as term,
        least(sum(weight), 65535)::usmallint as weight
    from counted
    group by all

)

select *
from stemmed
-- a search reads the few places where its words stand
order by term, article_id
