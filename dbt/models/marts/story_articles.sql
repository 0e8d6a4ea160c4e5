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

-- Every article learns of the earliest one that those it is paired with have learned of, and of what that one has learned,
-- until nobody learns of an earlier. So the way halves with each round, however long a chain of copies is.
known (article_id, first) using key (article_id) as (

    select
        article_id,
        {'claimed_at': claimed_at, 'article_id': article_id} as first
    from articles

    union

    select
        so_far.article_id,
        min(its_first.first) as first
    from recurring.known as so_far
    inner join pairs on so_far.article_id = pairs.article_id
    inner join recurring.known as other on pairs.other_article_id = other.article_id
    inner join recurring.known as its_first on other.first.article_id = its_first.article_id
    where (select count(*) from known) > 0
    group by so_far.article_id, so_far.first
    having min(its_first.first) < so_far.first

)

select
    known.first.article_id as story_id,
    known.article_id,
    known.first.article_id = known.article_id as is_first,
    articles.claimed_at
from known
inner join articles using (article_id)
