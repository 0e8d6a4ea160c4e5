-- Not for sqlfluff, which does not know lambdas over lists
-- noqa: disable=all
with texts as (

    select
        paragraphs.article_id,
        string_agg(
            substr(articles.text, paragraphs.start + 1, paragraphs."end" - paragraphs.start), ' '
            order by paragraphs.start
        ) as text
    from {{ ref('stg_paragraphs') }} as paragraphs
    inner join {{ ref('stg_articles') }} as articles using (article_id)
    where
        paragraphs.region in {{ claiming_regions() }}
        -- a live blog holds many stories
        and not articles.is_live_blog
    group by paragraphs.article_id

),

split as (

    -- a figure with its decimals is one word: "1,4", "1.900"
    select
        article_id,
        regexp_extract_all(
            regexp_replace(lower(text), '(\d)[.,](\d)', '\1\2', 'g'), '[\p{L}\p{N}]+'
        ) as words
    from texts

),

hashed as (

    select
        article_id,
        words,
        -- a power of two, so that of two samples the smaller one is part of the other
        (1::ubigint << greatest(ceil(log2((len(words) - 3) / {{ var('story_shingles') }})), 0)::integer) as one_in,
        list_transform(
            range(1, len(words) - 2), i -> hash(words[i], words[i + 1], words[i + 2], words[i + 3])
        ) as shingles
    from split
    where len(words) >= {{ var('story_words') }}

),

listed as (

    -- MinHash by divisors: of what two texts share both keep the same. The last three words begin no shingle.
    select
        article_id,
        one_in,
        list_transform(shingles, hashed -> case when hashed % one_in = 0 then hashed end) as shingles,
        list_transform(words, word -> case when {{ is_figure_in_text('word') }} then hash(word) end) as figures,
        range(len(words), 0, -1) as from_ends
    from hashed

),

placed as (

    select
        article_id,
        one_in,
        unnest(shingles) as shingle,
        unnest(figures) as figure,
        unnest(from_ends) as from_end
    from listed

)

select
    placed.article_id,
    {{ claimed_at('articles') }} as claimed_at,
    {{ claimed_at('articles') }}::date as claimed_on,
    placed.one_in::integer as one_in,
    placed.shingle,
    placed.figure,
    placed.from_end::integer as from_end
from placed
inner join {{ ref('stg_articles') }} as articles using (article_id)
where placed.shingle is not null or placed.figure is not null
