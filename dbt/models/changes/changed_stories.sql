{% if is_increment() %}

    with changed as (

        select article_id
        from {{ ref('changed_articles') }}

        union

        -- what a changed article is now joined with
        select other_article_id as article_id
        from {{ ref('int_story_pairs') }}

    ),

    told_with_them as (

        select told.article_id
        from main.story_articles as told
        where
            told.story_id in (
                select story_articles.story_id
                from main.story_articles
                semi join changed using (article_id)
            )

        union

        select article_id
        from changed

    )

    select
        article_id,
        article_id in (select told.article_id from main.story_articles as told) as had_rows
    from told_with_them

{% else %}

    select
        article_id,
        false as had_rows
    from {{ ref('changed_articles') }}
    -- depends on {{ ref('int_story_pairs') }}

{% endif %}
