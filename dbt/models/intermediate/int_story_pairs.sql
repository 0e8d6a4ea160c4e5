{#
Which two articles tell one story. Articles of this build are compared with all that appeared near them in time; the pairs that
their former texts made go, see dbt_project.yml.
#}
{% set days = var('story_days') %}

with days as (

    select distinct claimed_on
    from {{ ref('int_article_shingles') }}

),

days_near as (

    select distinct days.claimed_on + around.step::integer as claimed_on
    from days
    cross join range(-{{ days }}, {{ days }} + 1) as around (step)

),

near as materialized (

    -- by a join on the very column, so that DuckDB skips what lies outside these days
    select
        shingled.*,
        epoch(shingled.claimed_on)::bigint // ({{ days }} * 86400) as period
    from intermediate.int_article_shingles as shingled
    inner join days_near using (claimed_on)

),

heads as materialized (

    -- numbers in place of ids: what follows has many rows
    select
        article_id,
        row_number() over () as n,
        article_id in (select changed.article_id from {{ ref('changed_articles') }} as changed) as is_changed,
        any_value(claimed_at) as claimed_at,
        any_value(one_in) as one_in,
        count(shingle) as shingles
    from near
    group by article_id

),

everywhere as (

    -- what stands below everything a publisher prints tells no two articles from the others, and would pair them all
    select
        period,
        shingle
    from near
    where shingle is not null
    group by all
    having count(*) > {{ var('story_shingle_articles') }}

),

placed as materialized (

    select
        heads.n,
        heads.is_changed,
        near.period,
        near.shingle,
        near.from_end
    from near
    inner join heads using (article_id)
    anti join everywhere on near.period = everywhere.period and near.shingle = everywhere.shingle
    where near.shingle is not null

),

sought as materialized (

    -- in the same period, and in the one before and after
    select
        n,
        shingle,
        from_end,
        unnest([period - 1, period, period + 1]) as period
    from placed
    where is_changed

),

matches as (

    -- What stands at the end of both, as far from it, is background, a disclaimer or the publisher's own advertisement:
    -- "Über Tessin Thermo: …". What an article is about stands before that.
    select
        sought.n as a,
        placed.n as b,
        count(*) as shared,
        count(*) filter (
            where sought.from_end = placed.from_end and sought.from_end <= {{ var('story_tail_words') }}
        ) as tail,
        coalesce(max(sought.from_end) filter (
            where sought.from_end = placed.from_end and sought.from_end <= {{ var('story_tail_words') }}
        ), 0) as tail_words
    from sought
    inner join placed
        on
            sought.shingle = placed.shingle
            and sought.period = placed.period
    where sought.n != placed.n and (not placed.is_changed or sought.n < placed.n)
    group by sought.n, placed.n
    having count(*) > {{ var('story_least_difference') }}

),

compared as (

    -- of two samples the smaller one counts
    select
        matches.*,
        least(
            a.shingles * a.one_in / greatest(a.one_in, b.one_in), b.shingles * b.one_in / greatest(a.one_in, b.one_in)
        ) as shorter,
        greatest(
            a.shingles * a.one_in / greatest(a.one_in, b.one_in), b.shingles * b.one_in / greatest(a.one_in, b.one_in)
        ) as longer
    from matches
    inner join heads as a on matches.a = a.n
    inner join heads as b on matches.b = b.n
    where abs(epoch(a.claimed_at) - epoch(b.claimed_at)) <= ({{ days }} * 86400)

),

measured as (

    select
        a,
        b,
        tail_words,
        least((shared - tail) / greatest(shorter - tail, 1), 1) as share,
        tail / shorter as tail_share,
        shorter - tail < {{ var('story_least_difference') }} as is_whole
    from compared
    -- a short report that stands in a survey of the week is no other telling of the survey
    where shared / longer >= {{ var('story_least_share_of_longer') }}

),

partial as (

    select
        a,
        b,
        tail_words,
        share,
        tail_share
    from measured
    where
        not is_whole
        and (share >= {{ var('story_rewritten_share') }} or tail_share >= {{ var('story_copied_share') }})

),

sides as (

    select
        a,
        b,
        tail_words,
        a as n
    from partial

    union all

    select
        a,
        b,
        tail_words,
        b as n
    from partial

),

figures as (

    select
        sides.a,
        sides.b,
        near.figure,
        bool_or(sides.n = sides.a) as is_in_a,
        bool_or(sides.n = sides.b) as is_in_b
    from sides
    inner join heads on sides.n = heads.n
    inner join near on heads.article_id = near.article_id and sides.tail_words < near.from_end
    where near.figure is not null
    group by sides.a, sides.b, near.figure

),

counted as (

    select
        a,
        b,
        count(*) filter (where is_in_a and is_in_b) as shared_figures,
        least(count(*) filter (where is_in_a), count(*) filter (where is_in_b)) as fewer_figures
    from figures
    group by a, b

),

found as (

    select
        a,
        b,
        1 as share
    from measured
    where is_whole

    union all

    -- Reports of the same company's quarters, or of the exchange day by day, share phrases and no figures; an agency's
    -- text that was cut keeps its figures, and one written anew keeps them and some of the phrases.
    select
        partial.a,
        partial.b,
        partial.share
    from partial
    left join counted on partial.a = counted.a and partial.b = counted.b
    where
        case
            when partial.share >= {{ var('story_copied_share') }}
                then
                    coalesce(counted.fewer_figures, 0) < {{ var('story_least_figures') }}
                    or counted.shared_figures >= counted.fewer_figures / 4
            else counted.shared_figures > 1 and counted.shared_figures >= counted.fewer_figures / 2
        end

),

both_ways as (

    select
        a,
        b,
        share
    from found

    union all

    select
        b as a,
        a as b,
        share
    from found

)

select
    heads.article_id,
    others.article_id as other_article_id,
    round(both_ways.share, 3) as share
from both_ways
inner join heads on both_ways.a = heads.n
inner join heads as others on both_ways.b = others.n
