-- Every company that may be the actor of a cue: those of its sentence, and for sentences that name none in the actor's
-- place the company that the text speaks of. Who it is, is for int_claim_candidates to weigh.
with in_sentence as (

    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        entities.company_id,
        entities.start_char as entity_start,
        entities.end_char as entity_end,
        entities.surface as entity_surface,
        entities.preposition,
        entities.compound_head,
        entities.is_genitive,
        entities.description,
        entities.list_no,
        entities.kind as entity_kind,
        entities.clause_no = cues.clause_no as shares_clause,
        entities.end_char <= cues.start_char as is_before,
        greatest(cues.start_char - entities.end_char, entities.start_char - cues.end_char, 0) as distance
    from {{ ref('int_claim_cues') }} as cues
    inner join {{ ref('int_entities') }} as entities using (article_id, sentence_no)

),

sentences as (

    select distinct
        article_id,
        sentence_no
    from {{ ref('int_claim_cues') }}

),

subjects as (

    select
        names.article_id,
        names.company_id,
        names.sentence_no,
        names.start_char
    from {{ ref('stg_mentions') }} as names
    anti join {{ ref('int_reporting_companies') }} using (company_id)
    where
        names.region in {{ claiming_regions() }}
        and names.preposition is null
        and names.compound_head is null
        and not names.is_genitive

),

carried as (

    -- the last subject of the sentences right before goes on acting
    select
        sentences.article_id,
        sentences.sentence_no,
        arg_max(subjects.company_id, (subjects.sentence_no, -subjects.start_char)) as company_id
    from sentences
    inner join subjects
        on
            sentences.article_id = subjects.article_id
            and sentences.sentence_no > subjects.sentence_no
            and sentences.sentence_no <= subjects.sentence_no + {{ var('carry_sentences') }}
    group by sentences.article_id, sentences.sentence_no

),

topics as (

    -- the companies an article is about
    select
        mentions.article_id,
        mentions.company_id
    from {{ ref('stg_mentions') }} as mentions
    where mentions.region in {{ claiming_regions() }}
    group by mentions.article_id, mentions.company_id
    qualify row_number() over (
        partition by mentions.article_id
        order by bool_or(mentions.region = 'title') desc, count(*) desc, min(mentions.start_char), mentions.company_id
    ) <= {{ var('topic_companies') }}

),

absent as (

    select
        sentences.article_id,
        sentences.sentence_no,
        carried.company_id,
        'carried' as entity_kind
    from sentences
    inner join carried using (article_id, sentence_no)

    union all

    select
        sentences.article_id,
        sentences.sentence_no,
        topics.company_id,
        'topic' as entity_kind
    from sentences
    inner join topics using (article_id)

),

not_in_sentence as (

    -- who is both is carried
    select absent.*
    from absent
    anti join {{ ref('int_entities') }} using (article_id, sentence_no, company_id)
    qualify row_number() over (
        partition by absent.article_id, absent.sentence_no, absent.company_id order by absent.entity_kind
    ) = 1

),

outside as (

    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        not_in_sentence.company_id,
        cast(null as integer) as entity_start,
        cast(null as integer) as entity_end,
        cast(null as varchar) as entity_surface,
        cast(null as varchar) as preposition,
        cast(null as varchar) as compound_head,
        false as is_genitive,
        cast(null as varchar) as description,
        0 as list_no,
        not_in_sentence.entity_kind,
        false as shares_clause,
        true as is_before,
        cast(null as integer) as distance
    from {{ ref('int_claim_cues') }} as cues
    inner join not_in_sentence using (article_id, sentence_no)

)

select * from in_sentence
union all
select * from outside
