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

contents as (

    -- what was said stands in the sentence: between marks, in reported mood, or in a clause of its own
    select
        sentences.article_id,
        sentences.sentence_no,
        sentences.region
    from {{ ref('int_sentences') }} as sentences
    left join {{ ref('stg_cues') }} as cues
        on
            sentences.article_id = cues.article_id
            and sentences.sentence_no = cues.sentence_no
            and sentences.region = cues.region
            and cues.cue_id = 'de-konjunktiv'
    left join {{ ref('stg_quotations') }} as quotations
        on
            sentences.article_id = quotations.article_id
            and sentences.region = quotations.region
            and quotations.start_char < sentences.end_char
            and sentences.start_char < quotations.end_char
    where
        cues.cue_id is not null
        or quotations.start_char is not null
        or regexp_matches(
            sentences.text,
            ',\s+(dass|daß|ob|wie|warum|weshalb|wann|wer|was|wo|wonach)\s|\bals\s|\bfür\s|:\s|,\s[^,]*\bzu\s+\w+en\b'
            || '|\b(that|whether|how|why)\s|\bas\s'
        )
    group by all

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
    left join contents using (article_id, sentence_no, region)
    where
        lexicon.kind = 'speech'
        and (lexicon.slot != 'opinion' or contents.article_id is not null)
        -- "expects to hire", "plant, zu bauen" tell an intention, not a statement
        and not (
            lexicon.language = 'en'
            and lexicon.slot in ('subject', 'opinion')
            and substr(sentences.text, cues.last_char - sentences.start_char + 1, 4) = ' to '
        )
        -- a word of saying inside somebody's words is theirs
        and not exists (
            select 1
            from {{ ref('stg_quotations') }} as quotations
            where
                quotations.article_id = cues.article_id
                and quotations.region = cues.region
                and quotations.word_count >= 4
                and quotations.start_char <= cues.start_char
                and cues.start_char < quotations.end_char
        )

),

phrases as (

    -- the phrase that the annotator found in the speaker's place
    select
        said.*,
        speakers.start_char as phrase_start,
        speakers.end_char as phrase_end,
        speakers.head_char,
        speakers.name,
        speakers.noun_id,
        speakers.rule_id as phrase_rule,
        nouns.kind as noun_kind
    from said
    inner join {{ ref('stg_speakers') }} as speakers
        on
            said.article_id = speakers.article_id
            and said.region = speakers.region
            and said.sentence_no = speakers.sentence_no
            and said.start_char = speakers.cue_char
    left join {{ ref('cues') }} as nouns on speakers.noun_id = nouns.cue_id
    qualify row_number() over (
        partition by said.article_id, said.sentence_no, said.start_char, said.cue_id
        order by speakers.start_char, speakers.rule_id
    ) = 1

),

in_phrase as (

    -- whoever is named in that phrase, the head before what modifies it
    select
        phrases.* exclude (name, noun_kind, phrase_rule, head_char),
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        speakers.start_char as speaker_start,
        case
            when speakers.source_kind = 'person' or speakers.source_kind = 'bank_analyst' then
                case when speakers.start_char < phrases.head_char then 10 else 9 end
            when speakers.is_pronoun then 5
            when speakers.start_char < phrases.head_char and speakers.firmness >= 3 and speakers.source_kind != 'unnamed'
                then 8
            when speakers.start_char < phrases.head_char then 6
            when
                phrases.noun_kind in ('role', 'people')
                and (
                    speakers.source_kind not in ('medium', 'news_agency', 'unnamed')
                    or phrases.noun_id in ('de-sprecher', 'en-spokesman')
                )
                then 7
        end as score
    from phrases
    inner join {{ ref('int_speakers') }} as speakers
        on
            phrases.article_id = speakers.article_id
            and phrases.region = speakers.region
            and phrases.sentence_no = speakers.sentence_no
            and speakers.end_char > phrases.phrase_start
            and (
                speakers.start_char < phrases.phrase_end
                -- "der Vorsitzende des Betriebsrats, Ida Moor, sagte"
                or (speakers.source_kind in ('person', 'bank_analyst') and speakers.start_char <= phrases.phrase_end + 2)
            )
    where
        phrases.phrase_rule != 'speaker-pronoun'
        or speakers.is_pronoun
        or speakers.firmness = 2

),

described as (

    -- "die Polizei", "Kritiker": nobody is named, so the phrase itself is the source
    select
        phrases.* exclude (name, noun_kind, phrase_rule, head_char),
        case
            when phrases.noun_kind in ('people', 'unnamed') then 'unnamed'
            when phrases.noun_kind is null and phrases.phrase_rule not in ('speaker-name', 'speaker-compound')
                and sources.kind is null
                then 'unnamed'
            else {{ slug('phrases.name') }}
        end as source_id,
        phrases.name as source_name,
        case
            when phrases.noun_kind in ('authority', 'association', 'medium') then phrases.noun_kind
            when phrases.noun_kind = 'role' then 'person'
            when phrases.phrase_rule = 'speaker-name' then 'person'
            when phrases.name in ('Polizei', 'Behörde', 'Regierung', 'Ministerium', 'Militär', 'Armee', 'Feuerwehr', 'Justiz')
                then 'authority'
            else 'unnamed'
        end as source_kind,
        cast(null as varchar) as company_id,
        phrases.phrase_start as speaker_start,
        4 as score
    from phrases
    left join {{ ref('source_register') }} as sources on phrases.noun_id = sources.source_id
    where phrases.phrase_rule != 'speaker-pronoun' and length({{ slug('phrases.name') }}) > 1

),

spoken as (

    select * from in_phrase
    where score is not null
    union all by name
    select * from described

),

pairs as (

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
    from said
    anti join spoken using (article_id, sentence_no, start_char, cue_id)
    inner join {{ ref('int_speakers') }} as speakers using (article_id, sentence_no, region)
    where said.slot in ('subject', 'after', 'before')

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

),

chosen as (

    select
        article_id,
        region,
        sentence_no,
        clause_no,
        start_char,
        end_char,
        last_char,
        cue,
        cue_id,
        manner,
        slot,
        source_id,
        source_name,
        source_kind,
        company_id,
        speaker_start,
        score
    from spoken
    union all by name
    select
        article_id,
        region,
        sentence_no,
        clause_no,
        start_char,
        end_char,
        last_char,
        cue,
        cue_id,
        manner,
        slot,
        source_id,
        source_name,
        source_kind,
        company_id,
        speaker_start,
        score
    from near
    where score >= {{ var('speaker_threshold') }}

)

select *
from chosen
qualify row_number() over (
    partition by article_id, sentence_no, start_char, cue_id order by score desc, speaker_start asc, source_id asc
) = 1
