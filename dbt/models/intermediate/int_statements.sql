-- One row per word of saying and the speaker who fits it best.
with refusals as (

    -- to decline a comment is to say nothing
    select distinct
        cues.article_id,
        cues.sentence_no
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'refusal'

),

said as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        cues.last_char,
        cues.surface as cue,
        cues.cue_id,
        lexicon.manner,
        lexicon.slot,
        lexicon.language
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    anti join refusals using (article_id, sentence_no)
    where
        lexicon.kind = 'speech'
        -- "expects to hire", "plant, zu bauen" tell an intention, not a statement
        and not (
            lexicon.language = 'en'
            and lexicon.slot = 'subject'
            and substr(sentences.text, cues.last_char - sentences.start_char + 1, 4) = ' to '
        )

),

pairs as (

    select
        said.*,
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        speakers.firmness,
        speakers.start_char as speaker_start,
        speakers.end_char as speaker_end,
        speakers.preposition,
        speakers.compound_head,
        speakers.is_pronoun,
        speakers.clause_no = said.clause_no as shares_clause,
        case
            when speakers.start_char >= said.last_char then speakers.start_char - said.last_char
            when speakers.start_char >= said.end_char then speakers.start_char - said.end_char
            else said.start_char - speakers.end_char
        end as distance,
        speakers.start_char >= said.end_char as is_behind
    from said
    inner join {{ ref('int_speakers') }} as speakers using (article_id, sentence_no, region)

),

scored as (

    select
        *,
        firmness * 0.3
        + case when shares_clause then 2 else 0 end
        - least(distance / 30.0, 4)
        + case
            when slot = 'after' and is_behind and distance <= 60 then 4
            when slot = 'before' and not is_behind and distance <= 40 then 4
            when slot = 'subject' and preposition is not null then -2
            -- English: "X said it would", but "…," said Eva Muster
            when slot = 'subject' and is_behind and language = 'en' then case when is_pronoun then -4 else 2 end
            when slot = 'subject' and is_behind and distance <= 2 then 4
            when slot = 'subject' and is_behind and distance <= 60 then 2.5
            when slot = 'subject' and not is_behind then 2.5
            else -4
        end
        -- "Apple-Chef Tim Cook": the person speaks; "ein Apple-Sprecher": the company does
        + case when compound_head is null or regexp_matches(compound_head, '(?i)sprecher') then 0 else -2 end
        -- a credit names a house; the person in it is its reporter
        - case when manner = 'credit' and source_kind = 'person' then 3 else 0 end as score
    from pairs

)

select *
from scored
where score >= {{ var('speaker_threshold') }}
qualify row_number() over (
    partition by article_id, sentence_no, start_char, cue_id order by score desc, speaker_start asc, source_id asc
) = 1
