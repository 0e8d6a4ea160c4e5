-- One row per word of saying and the speaker who fits it best; two where two speak together.
with pairs as (

    -- without such a phrase, everyone in the sentence may have said it
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
    from {{ ref('int_speech_cues') }} as said
    anti join {{ ref('int_phrase_speakers') }} using (article_id, sentence_no, start_char, cue_id)
    inner join {{ ref('int_speakers') }} as speakers using (article_id, sentence_no, region)
    where
        said.slot in ('subject', 'after', 'before')
        and (not speakers.is_pronoun or said.cue_id = 'de-nach-eigenen-angaben')
        -- "wird gerechnet": whoever does it is not its subject
        and not regexp_matches(said.text_behind, '^\s+(wird|werden|wurden?|worden|ist|sind|sei|seien)\b')

),

near as (

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
            when slot = 'subject' and is_behind and language = 'en' then case when distance > 2 then -4 else 2 end
            when slot = 'subject' and is_behind and distance <= 2 then 4
            when slot = 'subject' and is_behind and distance <= 60 then 1
            when slot = 'subject' and not is_behind then 2.5
            else -4
        end
        -- "Apple-Chef Tim Cook": the person speaks; "ein Apple-Sprecher": the company does
        + case when compound_head is null or regexp_matches(compound_head, '(?i)sprecher') then 0 else -2 end
        -- a credit names a house; the person in it is its reporter
        - case when manner = 'credit' and source_kind = 'person' then 9 else 0 end as score
    from pairs

),

chosen as (

    select
        said.*,
        spoken.phrase_start,
        spoken.source_id,
        spoken.source_name,
        spoken.source_kind,
        spoken.company_id,
        spoken.speaker_start,
        spoken.score
    from {{ ref('int_speech_cues') }} as said
    inner join {{ ref('int_phrase_speakers') }} as spoken
        using (article_id, region, sentence_no, start_char, cue_id)
    union all by name
    select
        * exclude (
            firmness, speaker_end, preposition, compound_head, is_pronoun, shares_clause, distance, is_behind
        ),
        cast(null as integer) as phrase_start
    from near
    where score >= {{ var('speaker_threshold') }}

)

select * exclude (text_behind)
from chosen
where
    slot not in ('opinion', 'announcement')
    or has_content
    or points_back
    -- a house that confirms or criticises speaks for the record, whatever the words
    or (slot = 'announcement' and source_kind in ('company', 'bank_analyst', 'research_firm'))
qualify row_number() over (
    partition by article_id, sentence_no, start_char, cue_id, phrase_start
    order by score desc, speaker_start asc, source_id asc, source_name asc, company_id asc
) = 1
