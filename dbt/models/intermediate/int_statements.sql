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

reported as (

    -- Konjunktiv I, the mood of reported speech
    select distinct
        cues.article_id,
        cues.sentence_no,
        cues.region
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'reported'

),

quoted as (

    select
        sentences.article_id,
        sentences.sentence_no,
        sentences.region,
        max(quotations.word_count) as word_count
    from {{ ref('int_sentences') }} as sentences
    inner join {{ ref('stg_quotations') }} as quotations
        on
            sentences.article_id = quotations.article_id
            and sentences.region = quotations.region
            and quotations.start_char < sentences.end_char
            and sentences.start_char < quotations.end_char
    group by all

),

cued as (

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
        lexicon.language,
        reported.article_id is not null as is_reported,
        coalesce(quoted.word_count, 0) as quoted_words,
        substr(sentences.text, greatest(1, cues.start_char - sentences.start_char - 5), least(6, cues.start_char - sentences.start_char)) as text_before,
        substr(sentences.text, cues.last_char - sentences.start_char + 1) as text_behind,
        substr(sentences.text, 1, cues.start_char - sentences.start_char) as text_all_before,
        sentences.text as sentence
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    anti join refusals using (article_id, sentence_no)
    left join reported using (article_id, sentence_no, region)
    left join quoted using (article_id, sentence_no, region)
    where
        lexicon.kind = 'speech'
        -- a headline says in short what the text says, and there its source is named
        and cues.region != 'title'
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

said as (

    select
        * exclude (text_before, text_all_before, sentence),
        -- "Das teilte die Polizei mit": what was said stands in the sentence before
        regexp_matches(sentence, '^(Das|Dies|Dieses|Davon|Darüber|Dazu) [a-zäöü]')
        and not is_reported and quoted_words < 2
        as points_back,
        is_reported
        or quoted_words >= 2
        or regexp_matches(text_before, '[,“”»«"]\s?$')
        -- "wie die Werft meldet, …": what was said is the rest of the sentence
        or (language = 'de' and regexp_matches(text_behind, '^\s*[,.]|^\s*$') and regexp_matches(text_all_before, '(?i)(^|[,–(])\s*(so )?wie\s[^,]+$'))
        or regexp_matches(
            text_behind, ',\s+(dass|daß|ob|wie|warum|weshalb|wann|wer|was|wo|wonach)\s|:\s|,\s[^,]*\bzu\s+\w+en\b'
        )
        or (language = 'en' and regexp_matches(text_behind, '\b(that|whether|how|why)\s'))
        or (
            cue_id in ('de-bezeichnen', 'de-charakterisieren', 'de-halten-fuer', 'de-sehen', 'en-describe')
            and (regexp_matches(text_behind, '^[^,]*\b(als|für|as)\s') or cue_id = 'de-halten-fuer')
        ) as has_content
    from cued
    where
        -- "expects to hire", "plant, zu bauen" tell an intention, not a statement
        not (
            language = 'en'
            and slot in ('subject', 'opinion', 'announcement')
            and text_behind like ' to %'
            and not regexp_matches(cue, '^(expects?|promise[sd]?|pledge[sd]?|vow(s|ed)?|anticipates?|hopes?)$')
        )
        -- "besser als erwartet", "than expected": nobody says it
        and (not regexp_matches(text_before, '\b(als|wie|than|as|is|are|was|were|be|been|to)\s$')
        or language = 'en' and text_behind like ' by %')
        -- "the expected sale", "a recent upgrade": no verb
        and not (language = 'en' and regexp_matches(text_before, '(?i)(\b(the|a|an|its|our|this|their|his|her)|’s|''s)\s$'))
        -- a question asks, unless it is quoted
        and not (sentence like '%?' and quoted_words < 4)

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
        nouns.kind as noun_kind,
        -- a description of a company, or its spokesman, that names none
        coalesce(nouns.kind = 'description', false)
        or coalesce(speakers.noun_id in ('de-sprecher', 'en-spokesman') and speakers.name not like '% %', false)
        or speakers.rule_id = 'speaker-compound'
        and speakers.name in ('Unternehmen', 'Firmen', 'Konzern', 'Hersteller', 'Betreiber')
        or nouns.kind is null
        and speakers.rule_id != 'speaker-name'
        and regexp_matches(
            speakers.name,
            '(?i)(unternehmen|konzern|hersteller|firma|bank|studio|fonds|anbieter|betreiber|kette|riese|reederei|airline'
            || '|versicherer|bauer|tochter|company|firm|maker|group|giant|chain|lender|carrier|management)$'
        ) as could_be_house
    from said
    inner join {{ ref('stg_speakers') }} as speakers
        on
            said.article_id = speakers.article_id
            and said.region = speakers.region
            and said.sentence_no = speakers.sentence_no
            and said.start_char = speakers.cue_char
            and said.manner != 'credit'
    left join {{ ref('cues') }} as nouns on speakers.noun_id = nouns.cue_id
    qualify row_number() over (
        partition by said.article_id, said.sentence_no, said.start_char, said.cue_id
        order by speakers.start_char, speakers.rule_id
    ) = 1

),

in_phrase as (

    -- whoever is named in that phrase, the head before what modifies it
    select
        phrases.* exclude (name, noun_kind, phrase_rule, head_char, could_be_house),
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        speakers.start_char as speaker_start,
        case
            when speakers.source_name = phrases.name or ends_with(speakers.source_name, ' ' || phrases.name) then 11
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
        end as score,
        phrases.phrase_rule || ' named' as how
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

houses as (

    -- the company that an article is about
    select
        protagonists.article_id,
        protagonists.company_id,
        coalesce(
            arg_min(mentions.surface, (mentions.compound_head is not null, mentions.sentence_no, mentions.start_char)),
            any_value(companies.name)
        ) as surface
    from {{ ref('int_protagonists') }} as protagonists
    inner join {{ ref('int_companies') }} as companies using (company_id)
    left join {{ ref('stg_mentions') }} as mentions
        on
            protagonists.article_id = mentions.article_id
            and protagonists.company_id = mentions.company_id
            and mentions.region in {{ claiming_regions() }}
            and mentions.region != 'title'
    where protagonists.share >= {{ var('protagonist_share') }}
    group by protagonists.article_id, protagonists.company_id

),

bearers as (

    -- "der Geschäftsführer", "the minister": the person who was named in that role before
    select
        phrases.article_id,
        phrases.sentence_no,
        phrases.start_char,
        phrases.cue_id,
        arg_max(persons.name, (persons.sentence_no, persons.start_char)) as name,
        arg_max_null(persons.organisation_id, (persons.sentence_no, persons.start_char)) as company_id
    from phrases
    inner join {{ ref('stg_persons') }} as persons
        on
            phrases.article_id = persons.article_id
            and persons.sentence_no < phrases.sentence_no
            and persons.role is not null
            and ends_with(lower(persons.role), lower(phrases.name))
    where phrases.noun_kind = 'role' and phrases.name not like '% %'
    group by all

),

described as (

    -- "die Polizei", "Kritiker": nobody is named, so the phrase itself is the source, or the house it must mean
    select
        phrases.* exclude (name, noun_kind, phrase_rule, head_char, could_be_house),
        case
            when houses.company_id is not null and bearers.name is null then houses.company_id
            when bearers.name is not null then {{ slug('bearers.name') }}
            when phrases.noun_kind in ('people', 'unnamed', 'description') then 'unnamed'
            when
                phrases.noun_kind is null
                and phrases.phrase_rule not in ('speaker-name', 'speaker-compound')
                and sources.kind is null
                then 'unnamed'
            else {{ slug('phrases.name') }}
        end as source_id,
        case when houses.company_id is not null and bearers.name is null then houses.surface else coalesce(bearers.name, phrases.name) end as source_name,
        case
            when houses.company_id is not null and bearers.name is null then 'company'
            when phrases.noun_kind in ('authority', 'association', 'medium') then phrases.noun_kind
            when phrases.noun_kind = 'role' then 'person'
            when phrases.phrase_rule = 'speaker-name' then 'person'
            when phrases.name in ('Polizei', 'Behörde', 'Regierung', 'Ministerium', 'Militär', 'Armee', 'Feuerwehr', 'Justiz')
                then 'authority'
            else 'unnamed'
        end as source_kind,
        case when houses.company_id is not null and bearers.name is null then houses.company_id else bearers.company_id end as company_id,
        phrases.phrase_start as speaker_start,
        case when phrases.phrase_rule = 'speaker-name' then 8.5 else 4 end as score,
        phrases.phrase_rule || ' ' || coalesce(phrases.noun_kind, '') as how
    from phrases
    left join houses on phrases.article_id = houses.article_id and phrases.could_be_house
    left join bearers
        on
            phrases.article_id = bearers.article_id
            and phrases.sentence_no = bearers.sentence_no
            and phrases.start_char = bearers.start_char
            and phrases.cue_id = bearers.cue_id
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
        - case when manner = 'credit' and source_kind = 'person' then 9 else 0 end as score,
        'near' as how
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
        score,
        how,
        has_content,
        is_reported,
        quoted_words,
        points_back
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
        score,
        how,
        has_content,
        is_reported,
        quoted_words,
        points_back
    from near
    where score >= {{ var('speaker_threshold') }}

)

select *
from chosen
where
    slot not in ('opinion', 'announcement')
    or has_content
    or points_back
    -- a house that confirms or criticises speaks for the record, whatever the words
    or (slot = 'announcement' and source_kind in ('company', 'bank_analyst', 'research_firm'))
qualify row_number() over (
    partition by article_id, sentence_no, start_char, cue_id order by score desc, speaker_start asc, source_id asc
) = 1
