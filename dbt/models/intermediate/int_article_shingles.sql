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
        regexp_extract_all(lower(text), '[\p{L}\p{N}]+(?:[.,][0-9]+)*') as words
    from texts

),

hashed as (

    select
        article_id,
        words,
        list_transform(
            range(1, len(words) - 2), i -> hash(words[i], words[i + 1], words[i + 2], words[i + 3])
        ) as hashes,
        list_filter(
            range(1, len(words) + 1),
            i -> regexp_full_match(words[i], '\d[\d.,]+') and not regexp_full_match(words[i], '(19|20)\d\d')
        ) as places_of_figures
    from split
    where len(words) >= {{ var('story_words') }}

),

sampled as (

    -- MinHash with a threshold: of a longer text the smallest hashes, so that two texts keep the same ones of what they share
    select
        *,
        (18446744073709551615 // ceil(len(hashes) / {{ var('story_shingles') }})::integer)::ubigint as highest,
        list_filter(range(1, len(hashes) + 1), i -> hashes[i] <= highest) as places
    from hashed

)

select
    sampled.article_id,
    {{ claimed_at('articles') }} as claimed_at,
    {{ claimed_at('articles') }}::date as claimed_on,
    sampled.highest,
    list_transform(
        sampled.places, i -> {'shingle': sampled.hashes[i], 'from_end': len(sampled.words) - i + 1}
    ) as shingles,
    list_transform(
        sampled.places_of_figures, i -> {'figure': sampled.words[i], 'from_end': len(sampled.words) - i + 1}
    ) as figures
from sampled
inner join {{ ref('stg_articles') }} as articles using (article_id)
