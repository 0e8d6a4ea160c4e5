{{ config(meta={'dagster': {'ref': {'name': 'articles'}}}) }}
-- No version that is loaded is newer than the one that users see; a version counts by when it was loaded first. Asked
-- of all articles: one that an increment has missed shows here and nowhere else. What waits for the next
-- build may be old.
with loaded as (

    select
        article_id,
        version_id,
        arg_min(coalesce(modified_at, published_at, fetched_at), row(archive_date, loaded_at)) as dated_at
    from {{ source('raw', 'articles') }}
    group by article_id, version_id

),

waiting as (

    select pending.article_id
    from {{ ref('pending_articles') }} as pending
    anti join {{ ref('changed_articles') }} using (article_id)

)

select
    articles.article_id,
    articles.version_id,
    loaded.version_id as newer_version_id
from {{ ref('articles') }} as articles
inner join loaded using (article_id)
anti join waiting using (article_id)
where
    articles.version_id != loaded.version_id
    and coalesce(articles.modified_at, articles.published_at, articles.fetched_at) < loaded.dated_at
