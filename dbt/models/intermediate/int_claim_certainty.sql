-- What hedges, plans, denials and negations leave of a claim. A mark counts in its reach only; `slot` says how far:
-- none: its clause and the complement clauses that hang on it ("erwägt, …", "denies that …"); verb: a modal, its own
-- clause; noun: the noun behind it ("geplante Übernahme"); self: the claim's own word ("Prognose"); sentence: all.
with marks as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        lexicon.kind,
        lexicon.certainty,
        regexp_matches(
            cues.surface, '(?i)^(expect|anticipat|forecast|project|predict|estimate|erwarte|rechne)'
        ) as is_forecast,
        coalesce(lexicon.slot, 'clause') as reach
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind in ('hedge', 'negation')

),

forecasters as (

    -- the company that stands closest before a word of forecasting is the one that forecasts
    select
        marks.article_id,
        marks.region,
        marks.sentence_no,
        marks.start_char,
        arg_max(mentions.company_id, mentions.end_char) as company_id
    from marks
    inner join {{ ref('stg_mentions') }} as mentions using (article_id, region, sentence_no)
    where marks.is_forecast and mentions.end_char <= marks.start_char and marks.start_char - mentions.end_char <= 30
    group by all

),

clause_texts as (

    -- a clause may be broken off by another one and go on behind it: its words together
    select
        clauses.article_id,
        clauses.region,
        clauses.sentence_no,
        clauses.clause_no,
        string_agg(
            substr(
                sentences.text, clauses.start_char - sentences.start_char + 1, clauses.end_char - clauses.start_char
            ),
            ' ' order by clauses.start_char
        ) as clause_text
    from {{ ref('stg_clauses') }} as clauses
    inner join {{ ref('int_sentences') }} as sentences using (article_id, region, sentence_no)
    group by all

),

claims as (

    select
        claims.*,
        clause_texts.clause_text,
        -- a German word with a small letter is a verb, also where its row speaks of a noun ("streicht … Stellen")
        case
            when sentences.language = 'de' then regexp_matches(claims.surface, '^[a-zäöü]')
            else claims.slot != 'noun'
        end as is_verb,
        types.present_is_plan,
        types.value_units is not null and types.speaks_of_protagonist as is_measured,
        sentences.text,
        sentences.start_char as sentence_start,
        sentences.published_at,
        coalesce(sentences.language, 'en') as language,
        sentences.is_question,
        clauses.kind as clause_kind,
        substr(
            sentences.text, clauses.start_char - sentences.start_char + 1, clauses.end_char - clauses.start_char
        ) as stretch,
        substr(
            sentences.text,
            greatest(claims.start_char - sentences.start_char - 40, 0) + 1,
            least(claims.start_char - sentences.start_char, 40)
        ) as words_before
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    left join clause_texts using (article_id, region, sentence_no, clause_no)
    left join {{ ref('stg_clauses') }} as clauses
        on
            claims.article_id = clauses.article_id
            and claims.sentence_no = clauses.sentence_no
            and claims.region = clauses.region
            and claims.start_char >= clauses.start_char
            and claims.start_char < clauses.end_char

),

opened as (

    select
        *,
        lower(regexp_extract(stretch, '^[\W_]*(\w+)', 1)) as opener,
        -- a verb-final phrase opens with its preposition ("an … verkauft"): its verb ends the clause
        case
            when language = 'de' and regexp_matches(surface, '^(an|auf|aus|bei|für|gegen|in|mit|vor|zu)$')
                then regexp_extract(stretch, '(\w+)\W*$', 1)
            else surface
        end as verb
    from claims

),

pairs as (

    select
        claims.claim_id,
        claims.kind as claim_kind,
        claims.move_type,
        claims.is_verb,
        claims.language,
        claims.is_measured,
        claims.clause_kind,
        claims.opener,
        marks.kind,
        -- what one company expects of another may come or not; what it expects of itself it announces
        case
            when forecasters.company_id != claims.company_id and marks.certainty = 'announced' then 'possible'
            else marks.certainty
        end as certainty,
        marks.reach,
        marks.start_char as mark_start,
        marks.end_char as mark_end,
        marks.clause_no = claims.clause_no as shares_clause,
        marks.end_char <= claims.start_char as is_before,
        marks.start_char < claims.end_char and marks.end_char > claims.start_char as is_own,
        substr(claims.text, marks.end_char - claims.sentence_start + 1, 24) as words_behind_mark,
        {{ words_between('claims', 'marks', 'claims.text', 'claims.sentence_start') }} as words_between
    from opened as claims
    inner join marks using (article_id, sentence_no, region)
    left join forecasters
        on
            marks.article_id = forecasters.article_id
            and marks.region = forecasters.region
            and marks.sentence_no = forecasters.sentence_no
            and marks.start_char = forecasters.start_char

),

reached as (

    select *
    from pairs
    where
        case
            when kind = 'negation'
                then
                    claim_kind != 'topic'
                    and shares_clause
                    and not is_own
                    and not contains(words_between, ',')
                    and not regexp_matches(
                        words_behind_mark, '^\s*(nur|only|zuletzt|just|allein|necessarily|ausgeschlossen|auszuschlie)'
                    )
                    -- "nicht börsennotierte Firmen": an adjective is denied, no claim
                    and not regexp_matches(words_behind_mark, '^\s*[a-zäöüß]+(te|ten|ter|ne|nen|ner|ige|igen|iger)\b')
                    and case
                        when language = 'de' and (is_verb or not is_before) then length(words_between) <= 60
                        when is_verb then is_before and length(words_between) <= 15
                        else is_before and length(words_between) <= 25
                    end
            when reach = 'self'
                then
                    is_own
                    or (
                        move_type = 'financial_result'
                        and certainty = 'announced'
                        and length(words_between) <= 45
                        and not regexp_matches(
                            words_between,
                            '[,;:]|\b(übertr|verfehl|beat|top|exceed|miss|above|below|über|unter|erreich|met|than|als)'
                        )
                    )
            when reach = 'noun'
                then
                    is_own
                    or (is_before and length(words_between) <= 40 and not regexp_matches(words_between, '[,;:]'))
            when reach = 'sentence' then true
            when certainty = 'denied' and (is_measured or length(words_between) > 90) then false
            -- "planned to open in May, but delayed it": a contrast ends what was planned
            when shares_clause and is_before
                then
                    not contains(words_between, ';')
                    and not (certainty = 'announced' and regexp_matches(words_between, ', (but|aber|jedoch|doch)\b'))
            when shares_clause
                then
                    -- one comma parts, two enclose: "Die Übernahme von Y, einem Händler, soll …"
                    length(regexp_replace(words_between, '[^,]', '', 'g')) % 2 = 0
                    and not regexp_matches(
                        words_between,
                        case
                            when is_verb then '(^|\s)(und|oder|aber|sondern|and|or|but)\s+(\w+\s+){0,2}$'
                            else '(^|\s)(und|oder|aber|sondern|and|or|but)\s+$'
                        end
                    )
                    and not (
                        language = 'en'
                        and regexp_matches(
                            words_between, '\b(that|which|who|when|while|because|after|before|if|although|though)\b'
                        )
                    )
            when reach = 'verb' then false
            else clause_kind = 'subordinate' and opener in ('dass', 'daß', 'ob', 'wie', 'that', 'whether', 'if', 'how')
        end

),

weighed as (

    select
        claim_id,
        coalesce(bool_or(kind = 'negation'), false) as is_negated,
        coalesce(bool_or(certainty = 'actual' and reach = 'noun'), false) as is_past,
        coalesce(bool_or(certainty = 'possible' and reach = 'verb'), false) as is_threatened,
        coalesce(bool_or(reach = 'noun' or reach = 'sentence'), false) as is_qualified,
        coalesce(max({{ rank_of_certainty('certainty') }}), 0) as hedge_rank
    from reached
    group by claim_id

),

futures as (

    -- a time that lies ahead makes a plan of the present tense: "Das Werk schließt Ende 2030"
    select distinct claims.claim_id
    from opened as claims
    inner join {{ ref('stg_times') }} as times using (article_id, sentence_no, region, clause_no)
    where
        times.period_start > cast(claims.published_at as date)
        and not regexp_matches(
            claims.clause_text,
            '\b(hat|hatten?|wurden?|worden|war|waren|stieg|sank|fiel|wuchs|ging|kam|lag|betrug|nahm|gab|verlor|gewann'
            || '|had|has|have|was|were|been|fell|rose|saw|stood|grew|sank|slid|shrank|lost|won|made|sold|bought|built'
            || '|hit|came|went|took|spent|\w{3,}([^e]ed|chte|llte|ldete|rte))(en)?\b'
        )
        and abs(times.start_char - claims.start_char) <= 120
        -- "bietet X an, im kommenden Jahr folgt Y": behind one comma somebody else acts
        and (
            times.start_char < claims.end_char
            or length(
                regexp_replace(
                    substr(
                        claims.text,
                        claims.end_char - claims.sentence_start + 1,
                        times.start_char - claims.end_char
                    ),
                    '[^,]',
                    '',
                    'g'
                )
            ) != 1
        )

),

tenses as (

    select
        claims.claim_id,
        futures.claim_id is not null as is_ahead,
        claims.opener in ('wenn', 'falls', 'sofern', 'ob', 'if', 'unless', 'whether')
        or regexp_matches(claims.words_before, '\b(if|whether)\s+(\S+\s+){1,3}$') as is_conditional,
        -- "die übernommene Tochter soll wachsen": a participle before its noun tells what was before
        claims.language = 'de'
        and claims.kind = 'move'
        and regexp_matches(claims.surface, '^[a-zäöü]*(ge[a-zäöüß]+te|[a-zäöüß]+ene)[nrsm]?$')
        and regexp_matches(
            substr(claims.text, claims.end_char - claims.sentence_start + 1, 4), '^ [A-ZÄÖÜ]'
        ) as is_participle,
        -- "Marktführer", "the largest": a place in a ranking is held, unless somebody wants to become it
        claims.move_type = 'market_share_change'
        and not claims.is_verb
        and claims.kind = 'move'
        and not regexp_matches(
            claims.clause_text, '\b(werden|wird|become|becomes|becoming|will be|to be)\b'
        ) as is_rank,
        claims.opener = 'um' and claims.clause_kind = 'subordinate' as is_purpose,
        not claims.is_verb
        and claims.kind = 'move'
        and regexp_matches(
            claims.words_before,
            '\b([Nn]ach|[Ss]eit|[Ii]nfolge|[Aa]fter|[Ss]ince|[Ff]ollowing)\s+(der|dem|the|its|their|a)?\s*'
            || '(\S+\s+)?(\S+-)?$'
        ) as is_looked_back_on,
        -- "Miele to cut 500 jobs": a headline's infinitive is a plan
        claims.region = 'title'
        and claims.language = 'en'
        and regexp_matches(claims.text, '^\S+( [A-Z]\S*){0,4} [Tt]o [A-Za-z]+') as is_headline_plan,
        claims.present_is_plan
        and claims.kind = 'move'
        and claims.is_verb
        and not regexp_matches(claims.verb, '^([Hh](ä|a)lt|hold|own|besitz)')
        and not regexp_matches(claims.clause_text, '\b([Dd]erzeit|[Bb]ereits|[Ss]eit|currently|already|since|gerade)\b')
        and case
            when claims.language = 'de'
                then
                    regexp_matches(claims.verb, '([^e]|[tdnm]e)t$')
                    and not regexp_matches(claims.verb, '^(ge|(ab|an|auf|aus|ein|um|zu|zurück|zusammen)ge).*t$')
                    and not regexp_matches(
                        claims.clause_text,
                        '\b(hat|haben|habe|hatten?|hätten?|ist|sind|sei|seien|wäre|war|waren|wurden?|worden)\b'
                    )
            else
                regexp_matches(claims.surface, '[^s]s$')
                or (
                    claims.surface = lower(claims.surface)
                    and claims.region = 'title'
                    and regexp_matches(claims.words_before, '\bto\s+$')
                )
        end as is_present
    from opened as claims
    left join futures using (claim_id)

)

select
    claims.claim_id,
    claims.article_id,
    coalesce(weighed.is_negated, false) as is_negated,
    case
        when claims.move_type = 'market_presence' then coalesce(claims.certainty, 'actual')
        when weighed.is_past or tenses.is_rank then 'actual'
        when tenses.is_participle and not coalesce(weighed.is_qualified, false) then 'actual'
        when coalesce(weighed.is_negated, false) and tenses.is_conditional then 'possible'
        when coalesce(weighed.is_negated, false) then 'denied'
        when weighed.hedge_rank = 3 and weighed.is_threatened then 'possible'
        when weighed.hedge_rank = 3 or claims.certainty = 'denied' then 'denied'
        when tenses.is_looked_back_on then 'actual'
        when
            weighed.hedge_rank = 2 or claims.certainty = 'possible' or tenses.is_conditional or claims.is_question
            then 'possible'
        when
            weighed.hedge_rank = 1
            or tenses.is_ahead
            or tenses.is_purpose
            or tenses.is_present
            or tenses.is_headline_plan
            then 'announced'
        else coalesce(claims.certainty, 'actual')
    end as certainty
from opened as claims
inner join tenses using (claim_id)
left join weighed using (claim_id)
