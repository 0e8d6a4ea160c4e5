with told as (

    select
        story_articles.story_id,
        story_articles.is_first,
        story_articles.claimed_at,
        articles.article_id,
        articles.title,
        articles.language,
        articles.credits,
        articles.source_id,
        coalesce(articles.publisher, articles.source_id) as publisher
    from {{ ref('story_articles') }} as story_articles
    inner join {{ ref('articles') }} as articles using (article_id)
    where {{ is_touched('story_articles') }}

),

agencies as (

    -- whom most articles of the story credit, in the text or beside it: "Mit Material von dpa", "(Reuters)"
    select
        credits.story_id,
        mode(sources.name order by sources.name) as agency
    from (
        select
            told.story_id,
            attributions.source_id
        from told
        inner join {{ ref('source_attributions') }} as attributions using (article_id)
        where attributions.manner = 'credit'
        union all
        select
            told.story_id,
            {{ slug('credited.name') }} as source_id
        from told
        cross join unnest(told.credits) as credited (name)
    ) as credits
    inner join {{ ref('source_register') }} as sources using (source_id)
    where sources.kind = 'news_agency'
    group by credits.story_id

)

select
    told.story_id,
    any_value(told.title) filter (where told.is_first) as title,
    any_value(told.publisher) filter (where told.is_first) as first_publisher,
    any_value(told.language) filter (where told.is_first) as language,
    min(told.claimed_at) as first_told_at,
    max(told.claimed_at) as last_told_at,
    count(*) as article_count,
    count(distinct told.publisher) as publisher_count,
    list_sort(list(distinct told.publisher)) as publishers,
    any_value(agencies.agency) as agency
from told
left join agencies using (story_id)
group by told.story_id
