with texts as (

    select
        sentences.article_id,
        sentences.region,
        sentences.sentence_no,
        sentences.paragraph_no,
        sentences.start_char,
        sentences.end_char,
        articles.language,
        articles.published_at,
        {{ claimed_at('articles') }} as claimed_at,
        substr(
            case when sentences.region = 'title' then articles.title else articles.text end,
            sentences.start_char + 1,
            sentences.end_char - sentences.start_char
        ) as text
    from {{ ref('stg_sentences') }} as sentences
    inner join {{ ref('stg_articles') }} as articles using (article_id)

)

select
    *,
    text like '%?' as is_question,
    -- Konjunktiv I: the mood of reported speech
    coalesce(language, '') = 'de'
    and regexp_matches(text, '\b(sei|seien|habe|werde|könne|wolle|müsse|solle|dürfe|gebe|komme|bleibe)\b')
        as is_reported_speech
from texts
