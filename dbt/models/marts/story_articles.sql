-- Not for sqlfluff, which does not know `using key`
-- noqa: disable=all
with recursive articles as (

    select
        articles.article_id,
        {{ claimed_at('articles') }} as claimed_at
    from {{ ref('articles') }} as articles
    semi join {{ ref('changed_stories') }} using (article_id)

),

pairs as (

    select
        pairs.article_id,
        pairs.other_article_id
    from intermediate.int_story_pairs as pairs
    semi join {{ ref('changed_stories') }} using (article_id)

),

-- Every article hands the earliest one that it knows of to those it is paired with, until nobody learns of an earlier.
known (article_id, first) using key (article_id) as (

    select
        article_id,
        {'claimed_at': claimed_at, 'article_id': article_id} as first
    from articles

    union

    select
        pairs.article_id,
        min(known.first) as first
    from known
    inner join pairs on known.article_id = pairs.other_article_id
    inner join recurring.known as so_far on pairs.article_id = so_far.article_id
    where known.first < so_far.first
    group by pairs.article_id

)

select
    known.first.article_id as story_id,
    known.article_id,
    known.first.article_id = known.article_id as is_first,
    articles.claimed_at
from known
inner join articles using (article_id)
