{#
Which two articles tell one story. Articles of this build are compared with all that appeared near them in time; the pairs that
their former texts made go, see dbt_project.yml.
#}
{% set days = var('story_days') %}

with changed as (

    select
        article_id,
        claimed_on,
        shingles
    from {{ ref('int_article_shingles') }}

),

days_near as (

    select distinct
        unnest(generate_series(claimed_on - {{ days }}, claimed_on + {{ days }}, interval 1 day))::date as claimed_on
    from changed

),

near as materialized (

    -- by a join on the very column, so that DuckDB skips what lies outside these days
    select
        shingled.article_id,
        shingled.claimed_at,
        shingled.highest,
        shingled.shingles,
        shingled.figures,
        epoch(shingled.claimed_on)::bigint // {{ days * 86400 }} as period
    from intermediate.int_article_shingles as shingled
    inner join days_near using (claimed_on)

),

looked_for as (

    select
        article_id,
        unnest(list_filter(list_transform(shingles, s -> s.shingle), h -> h % 3 = 0)) as shingle,
        epoch(claimed_on)::bigint // {{ days * 86400 }} as period
    from changed

),

looked_through as (

    select
        article_id,
        period,
        unnest(list_filter(list_transform(shingles, s -> s.shingle), h -> h % 3 = 0)) as shingle
    from near

),

everywhere as (

    -- what stands below everything a publisher prints tells no two articles from the others, and would pair them all
    select
        period,
        shingle
    from looked_through
    group by all
    having count(*) > {{ var('story_shingle_articles') }}

),

candidates as (

    select
        least(looked_for.article_id, other.article_id) as article_a_id,
        greatest(looked_for.article_id, other.article_id) as article_b_id
    from looked_for
    cross join unnest([-1, 0, 1]) as around (step)
    inner join looked_through as other
        on
            looked_for.shingle = other.shingle
            and looked_for.period + around.step = other.period
            and looked_for.article_id != other.article_id
    anti join everywhere on other.period = everywhere.period and other.shingle = everywhere.shingle
    group by all
    having count(*) > 1

),

together as (

    select
        candidates.article_a_id,
        candidates.article_b_id,
        a.figures as figures_a,
        b.figures as figures_b,
        list_filter(a.shingles, s -> s.shingle <= b.highest) as shingles_a,
        list_filter(b.shingles, s -> s.shingle <= a.highest) as shingles_b,
        list_intersect(
            list_filter(shingles_a, s -> s.from_end <= {{ var('story_tail_words') }}),
            list_filter(shingles_b, s -> s.from_end <= {{ var('story_tail_words') }})
        ) as tail
    from candidates
    inner join near as a on candidates.article_a_id = a.article_id
    inner join near as b on candidates.article_b_id = b.article_id
    where abs(epoch(a.claimed_at) - epoch(b.claimed_at)) <= {{ days * 86400 }}

),

counted as (

    -- What stands at the end of both, as far from it, is background, a disclaimer or the publisher's own advertisement:
    -- "Über Tessin Thermo: …". What an article is about stands before that.
    select
        article_a_id,
        article_b_id,
        len(tail) as tail,
        len(list_intersect(list_transform(shingles_a, s -> s.shingle), list_transform(shingles_b, s -> s.shingle)))
        - len(tail) as shared,
        least(len(shingles_a), len(shingles_b)) as shorter,
        greatest(len(shingles_a), len(shingles_b)) as longer,
        coalesce(list_max(list_transform(tail, s -> s.from_end)), 0) as tail_words,
        list_distinct(list_transform(list_filter(figures_a, f -> f.from_end > tail_words), f -> f.figure))
            as own_figures_a,
        list_distinct(list_transform(list_filter(figures_b, f -> f.from_end > tail_words), f -> f.figure))
            as own_figures_b,
        len(list_intersect(own_figures_a, own_figures_b)) as shared_figures,
        least(len(own_figures_a), len(own_figures_b)) as fewer_figures
    from together

),

measured as (

    select
        article_a_id,
        article_b_id,
        tail / shorter as tail_share,
        shared / greatest(shorter - tail, 1) as share,
        shorter - tail < {{ var('story_least_difference') }} as is_whole,
        -- a short report that stands in a survey of the week is no other telling of the survey
        (shared + tail) / longer >= {{ var('story_least_share_of_longer') }} as is_most,
        shared_figures > 1 and shared_figures >= fewer_figures / 2 as has_same_figures
    from counted

),

found as (

    -- Reports of the same company's quarters share phrases and no figures; an agency's text written anew keeps figures
    -- and some of the phrases.
    select
        article_a_id,
        article_b_id,
        round(case when is_whole then 1 else share end, 3) as share
    from measured
    where
        is_most
        and (
            is_whole
            or share >= {{ var('story_copied_share') }}
            or (
                has_same_figures
                and (share >= {{ var('story_rewritten_share') }} or tail_share >= {{ var('story_copied_share') }})
            )
        )

)

select
    article_a_id as article_id,
    article_b_id as other_article_id,
    share
from found

union all

select
    article_b_id as article_id,
    article_a_id as other_article_id,
    share
from found
