-- Words of saying that may attribute something, with what tells whether something was said.
with refusals as (

    -- to decline a comment is to say nothing
    select distinct
        cues.article_id,
        cues.sentence_no
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'refusal'

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
            and sentences.end_char > quotations.start_char
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
        substr(
            sentences.text,
            greatest(1, cues.start_char - sentences.start_char - 5),
            least(6, cues.start_char - sentences.start_char)
        ) as text_before,
        substr(sentences.text, cues.last_char - sentences.start_char + 1) as text_behind,
        substr(sentences.text, 1, cues.start_char - sentences.start_char) as text_all_before,
        sentences.text as sentence
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    anti join refusals using (article_id, sentence_no)
    left join {{ ref('int_reported_sentences') }} as reported using (article_id, sentence_no, region)
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

)

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
    or (
        language = 'de'
        and regexp_matches(text_behind, '^\s*[,.]|^\s*$')
        and regexp_matches(text_all_before, '(?i)(^|[,–(])\s*(so )?wie\s[^,]+(,[^,]{2,40},[^,]*)?$')
    )
    or regexp_matches(
        text_behind,
        ',\s+(dass|daß|ob|wie|warum|weshalb|wann|wer|was|wo|wonach)\s|:\s|,\s[^,]*(\bzu\s+\w+en|\w{2,}zu\w+en)\b'
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
        -- "wrote in a note to clients"
        and cue_id != 'en-release-statement'
        and not regexp_matches(cue, '^(expects?|promise[sd]?|pledge[sd]?|vow(s|ed)?|anticipates?|hopes?)$')
    )
    -- "besser als erwartet", "than expected": nobody says it
    and (
        not regexp_matches(text_before, '\b(als|wie|than|as|is|are|was|were|be|been|to)\s$')
        or language = 'en' and text_behind like ' by %'
    )
    -- "the expected sale", "a recent upgrade": no verb
    and not (language = 'en' and regexp_matches(text_before, '(?i)(\b(the|a|an|its|our|this|their|his|her)|’s|''s)\s$'))
    -- "sagen Flüge ab", "findet statt", "sieht anders aus": other verbs; "Artikel veröffentlicht: 3. Mai" is furniture
    and not (
        language = 'de'
        and (
            cue_id = 'de-sagen' and regexp_matches(text_behind, '^[^,;:„“»«"]*\s(ab|zu)\s*([.,;!?]|$)')
            or cue_id = 'de-glauben' and regexp_matches(text_behind, '^[^;:]*\s(statt|Anwendung|Platz)\b')
            or cue_id = 'de-sehen' and regexp_matches(text_behind, '^[^,;:]*\saus\s*([.,:;!?]|$)')
            or regexp_matches(cue, '^(veröffentlicht|aktualisiert)$') and regexp_matches(text_behind, '^\s*:')
            or cue = 'genannt' and regexp_matches(text_before, ',\s$')
        )
    )
    -- "the figures are in thousands", "a reason for hope", "a forecast of": nouns
    and not (
        language = 'en'
        and quoted_words < 4
        and regexp_matches(
            cue,
            '^(figures?|reasons?|answers?|projects?|forecasts?|demands?|questions?|comments?|claims?|reports?|views?'
            || '|notes?|estimates?|states|fears?|hopes?|doubts?|worries|promises?|pledges?|calls|signals?|hints?|plans?'
            || '|blames?|praise|debates?|complaints?|stresses|charges?|faults?)$'
        )
        and regexp_matches(
            text_behind,
            '^\s*([.;)?!]|$|(for|of|in|on|at|are|is|was|were|have|has|had|and|or|to|from|by|about|with|will|would|as'
            || '|over)\b)'
        )
    )
    -- a question asks, unless it is quoted
    and not (sentence like '%?' and quoted_words < 4)
