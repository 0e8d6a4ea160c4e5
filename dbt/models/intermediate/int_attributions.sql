with stated as (

    -- several words of saying with one speaker in one sentence are one statement
    select
        article_id,
        region,
        sentence_no,
        source_id,
        source_name,
        source_kind,
        company_id,
        cue,
        manner,
        cue_id as rule_id,
        speaker_start,
        points_back
    from {{ ref('int_statements') }}
    qualify row_number() over (
        partition by article_id, sentence_no, region, source_id order by score desc, start_char asc, cue_id asc
    ) = 1

),

turns as (

    -- the speaker whom an open quotation or reported speech goes on from: the last one named in this or the line before
    select
        sentences.article_id,
        sentences.region,
        sentences.sentence_no,
        sentences.is_reported_speech,
        arg_max(stated.source_id, (stated.sentence_no, stated.speaker_start)) as source_id,
        arg_max(stated.source_name, (stated.sentence_no, stated.speaker_start)) as source_name,
        arg_max(stated.source_kind, (stated.sentence_no, stated.speaker_start)) as source_kind,
        arg_max_null(stated.company_id, (stated.sentence_no, stated.speaker_start)) as company_id
    from {{ ref('int_sentences') }} as sentences
    inner join stated
        on
            sentences.article_id = stated.article_id
            and sentences.region = stated.region
            and stated.sentence_no between sentences.sentence_no - 2 and sentences.sentence_no - 1
    where stated.source_kind != 'unnamed' and stated.manner != 'credit'
    group by all

),

quoted as (

    select distinct
        article_id,
        sentence_no
    from {{ ref('stg_quotations') }}
    where word_count >= 5 and region in {{ claiming_regions() }}

),

continued as (

    select
        turns.article_id,
        turns.region,
        turns.sentence_no,
        turns.source_id,
        turns.source_name,
        turns.source_kind,
        turns.company_id,
        cast(null as varchar) as cue,
        case when quoted.sentence_no is not null then 'direct' else 'indirect' end as manner,
        case when quoted.sentence_no is not null then 'continued-quotation' else 'continued-reported-speech' end
            as rule_id
    from turns
    left join quoted using (article_id, sentence_no)
    where
        (quoted.sentence_no is not null or turns.is_reported_speech)
        and not exists (
            select 1
            from stated
            where stated.article_id = turns.article_id and stated.sentence_no = turns.sentence_no
        )

),

credits as (

    -- agency lines and "Quelle: …" name their source without a word of saying
    select
        speakers.article_id,
        speakers.region,
        speakers.sentence_no,
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        cast(null as varchar) as cue,
        'credit' as manner,
        case when speakers.region = 'credit' then 'credit-line' else 'agency-in-brackets' end as rule_id
    from {{ ref('int_speakers') }} as speakers
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no)
    where
        (speakers.region = 'credit' or (
            speakers.source_kind = 'news_agency'
            and speakers.region in {{ claiming_regions() }}
            and regexp_matches(
                substr(
                    sentences.text,
                    speakers.start_char - sentences.start_char,
                    speakers.end_char - speakers.start_char + 2
                ),
                '^[(\[/].*[)\]/]$'
            )
        ))
        and speakers.source_kind in ('news_agency', 'medium', 'research_firm', 'company', 'association', 'authority')
    qualify row_number() over (
        partition by speakers.article_id, speakers.sentence_no, speakers.source_id order by speakers.start_char
    ) = 1

),

vias as (

    -- the medium through which it was said: "gegenüber Bloomberg", "told Reuters", "dem Handelsblatt"
    select
        mentions.article_id,
        mentions.sentence_no,
        arg_min(mentions.surface, (mentions.start_char, mentions.source_id)) as surface,
        arg_min(mentions.source_id, (mentions.start_char, mentions.source_id)) as via_id
    from {{ ref('stg_source_mentions') }} as mentions
    inner join {{ ref('source_register') }} as lexicon using (source_id)
    where
        lexicon.kind in ('medium', 'news_agency')
        and (
            mentions.preposition in ('gegenüber', 'in', 'im', 'bei', 'to', 'with', 'on', 'via')
            or mentions.determiner in ('dem', 'der')
        )
    group by all

),

together as (

    select * from stated
    union all by name
    select * from continued
    union all by name
    select credits.* from credits
    anti join stated using (article_id, sentence_no, source_id)

)

select
    together.* exclude (points_back),
    coalesce(earlier.start_char, sentences.start_char) as start_char,
    sentences.end_char,
    substr(
        articles.text,
        coalesce(earlier.start_char, sentences.start_char) + 1,
        sentences.end_char - coalesce(earlier.start_char, sentences.start_char)
    ) as evidence,
    vias.surface as via
from together
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
inner join {{ ref('stg_articles') }} as articles using (article_id)
left join {{ ref('int_sentences') }} as earlier
    on
        together.points_back
        and together.article_id = earlier.article_id
        and together.region = earlier.region
        and together.sentence_no = earlier.sentence_no + 1
left join vias
    on
        together.article_id = vias.article_id
        and together.sentence_no = vias.sentence_no
        and together.source_id != vias.via_id
        and together.source_kind in ('person', 'company', 'bank_analyst')
