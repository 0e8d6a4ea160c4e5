-- A noun of rivalry with a company attached to it: "Konkurrent Huawei", "rivals such as Huawei", "Apple-Rivale",
-- "Boeing, the rival of Airbus", "Zu den Wettbewerbern zählen Aldi und Lidl". Whether the attached company has the
-- rival or is it does not matter: the other side is the noun's owner, else the sentence's subject, else the
-- company spoken of before.
{% set filler = "((the|a|an|die|den|der|dem|das|des|ein|eine|einem|einen|einer|rund um|[a-z-]+maker|[A-ZÄÖÜ][\p{L}\d.-]+|[a-zäöüß-]+e[nrsm]?|[a-z]+(an|ese|ish|ch))[\s„“”\"»«–-]+){0,3}" %}
{% set likeness = "((wie|wie etwa|wie zum Beispiel|wie beispielsweise|etwa|darunter|z\. ?B\.|zum Beispiel|beispielsweise|namens|namentlich|allen voran|vor allem|like|such as|including|e\.g\.|namely|especially|particularly|notably|in the form of)[\s:„“”\"»«–-]+)" %}
{% set copula = "(is|are|was|were|include|includes|included|remains|being|ist|sind|war|waren|sei|seien|heißt|heißen|zählt|zählen|zählten|gehört|gehören|gehörten)" %}
{% set tense_verb = "\b(hat|hatte|hatten|habe|haben|wurde|wurden|wird|werden|konnte|konnten|machte|machten|sollte|sollten|wollte|wollten|musste|mussten|würde|würden|hätte|hätten)\b" %}
with cues as (

    select *
    from {{ ref('int_rival_cues') }}
    where slot in ('name', 'adjective', 'peer', 'leader')

),

placed as (

    -- each company of the sentence with the text between it and the noun
    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char as cue_start,
        cues.end_char as cue_end,
        cues.cue_id,
        cues.slot,
        cues.surface,
        names.company_id,
        names.kind,
        names.run_no,
        names.start_char,
        names.end_char,
        names.preposition,
        names.compound_head,
        names.is_genitive,
        case
            when names.start_char >= cues.end_char
                then {{ text_between('names', 'cues.end_char', 'names.start_char') }}
        end as text_before_name,
        case
            when names.end_char <= cues.start_char
                then {{ text_between('names', 'names.end_char', 'cues.start_char') }}
        end as text_after_name,
        {{ text_between('names', 'names.sentence_start', 'cues.start_char') }} as text_before_cue
    from cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)

),

attached as (

    -- the first name right of the noun that belongs to it
    select *
    from placed
    where
        kind in ('name', 'description')
        and text_before_name is not null
        and not regexp_matches(text_before_name, '{{ tense_verb }}')
        and (
            regexp_matches(text_before_name, '^[\s„“”"»«(–-]*{{ filler }}$')
            or regexp_matches(text_before_name, '^[\s,„“”"»«(:–-]*{{ likeness }}{{ filler }}$')
            or regexp_matches(text_before_name, '^,\s(the|die|der|dem|den)\s{{ filler }}$')
            or regexp_matches(text_before_name, '^\s(von|vom|of|to|for|zu|zum|zur|durch|from)\s{{ filler }}$')
            or regexp_matches(text_before_name, '^[^.;!?]{0,60}\s{{ likeness }}{{ filler }}$') and slot = 'name'
            or regexp_matches(
                text_before_name,
                '^(\s(in|im|auf|on|for|of|für|at|within|des|der|von)\s[^,.;:!?]{1,60}?)?\s{{ copula }}\s(auch\s|also\s)?{{ filler }}$'
            )
            or (slot = 'leader' and regexp_matches(text_before_name, '^\s(in|im|auf|on|for|of|bei|für)\s[^,.;:!?]{1,50}$'))
        )
    qualify row_number() over (
        partition by article_id, region, cue_start, cue_id order by start_char
    ) = 1

),

owners as (

    -- whose rival: a compound's first part, or a genitive or possessive before the noun
    select
        *,
        end_char between cue_start - 1 and cue_start as is_compound
    from placed
    where
        text_after_name is not null
        and (
            end_char between cue_start - 1 and cue_start
            or (
                (is_genitive or kind = 'possessive')
                and regexp_matches(text_after_name, '^(''s|’s|''|’)?(\s+[\p{L}\d-]+){0,4}\s+$')
            )
        )
    qualify row_number() over (
        partition by article_id, region, cue_start, cue_id order by is_compound desc, start_char desc
    ) = 1

),

subjects as (

    -- the nearest bare name before the noun, or the one that the noun stands beside in apposition; else the first
    -- bare one behind it ("Anders als der Rivale Edeka senkt Rewe die Preise")
    select placed.*
    from placed
    left join owners using (article_id, region, cue_start, cue_id)
    left join attached using (article_id, region, cue_start, cue_id)
    where
        (owners.kind = 'possessive' or placed.company_id is distinct from owners.company_id)
        and placed.company_id is distinct from attached.company_id
        and placed.kind != 'possessive'
        and placed.compound_head is null
        and not placed.is_genitive
        and (
            placed.preposition is null
            or regexp_matches(
                placed.text_after_name, '^(\s*\([^()]*\))?,\s(its|their|the|a|an|dem|den|der|ein|einem|einer|seinem|ihrem)\s'
            )
        )
        and (
            placed.text_after_name is not null
            or regexp_matches(
                placed.text_before_cue,
                '(?i)^\W*(anders als|im gegensatz zu|im unterschied zu|ähnlich|ebenso|genauso|wie|nach|während|unlike|like|as with|just like|while|after|following)\b'
            )
            and (attached.run_no = 0 or attached.run_no is distinct from placed.run_no)
            and placed.start_char > coalesce(attached.end_char, placed.cue_end)
        )
    qualify row_number() over (
        partition by placed.article_id, placed.region, placed.cue_start, placed.cue_id
        order by
            placed.text_after_name is null,
            case when placed.text_after_name is not null then -placed.start_char else placed.start_char end
    ) = 1

),

situations as (

    select
        cues.*,
        attached.company_id as attached_id,
        attached.run_no as attached_run,
        attached.start_char as attached_start,
        -- "Boeing, its chief rival" says "its" of somebody else than Boeing
        case
            when
                owners.kind = 'possessive'
                and attached.company_id is null
                and owners.company_id = subjects.company_id
                and regexp_matches(subjects.text_after_name, '^(\s*\([^()]*\))?,\s')
                then backgrounds.company_id
            else owners.company_id
        end as owner_id,
        subjects.company_id as subject_id,
        subjects.run_no as subject_run,
        subjects.start_char as subject_start,
        subjects.text_after_name as text_after_subject,
        backgrounds.company_id as background_id,
        exists (
            select 1
            from {{ ref('int_rival_names') }} as listed
            where
                listed.article_id = cues.article_id
                and listed.region = cues.region
                and listed.sentence_no = cues.sentence_no
                and listed.run_no = attached.run_no
                and listed.company_id = backgrounds.company_id
        ) as lists_background
    from cues
    left join attached
        on
            cues.article_id = attached.article_id
            and cues.region = attached.region
            and cues.start_char = attached.cue_start
            and cues.cue_id = attached.cue_id
    left join owners
        on
            cues.article_id = owners.article_id
            and cues.region = owners.region
            and cues.start_char = owners.cue_start
            and cues.cue_id = owners.cue_id
    left join subjects
        on
            cues.article_id = subjects.article_id
            and cues.region = subjects.region
            and cues.start_char = subjects.cue_start
            and cues.cue_id = subjects.cue_id
    left join {{ ref('int_rival_backgrounds') }} as backgrounds
        on
            cues.article_id = backgrounds.article_id
            and cues.region = backgrounds.region
            and cues.sentence_no = backgrounds.sentence_no

),

named as (

    -- the attached name and the rest of its enumeration, each with the other side
    select
        situations.*,
        'rival-named' as construction,
        names.company_id as one_id,
        coalesce(situations.owner_id, situations.subject_id, situations.background_id) as other_id
    from situations
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        names.kind in ('name', 'description')
        and (
            names.start_char = situations.attached_start
            or (
                situations.attached_run > 0
                and names.run_no = situations.attached_run
                and names.start_char > situations.attached_start
            )
        )
        -- an enumeration that holds the company spoken of is no list of its rivals
        and (
            situations.attached_run = 0
            or coalesce(situations.owner_id, situations.subject_id) is not null
            or not situations.lists_background
        )

),

listed_subjects as (

    -- "Aldi und Lidl, die Rivalen von Rewe": every subject of the enumeration
    select
        situations.*,
        'rival-named' as construction,
        names.company_id as one_id,
        situations.attached_id as other_id
    from situations
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        situations.owner_id is null
        and situations.attached_id is not null
        and situations.subject_run > 0
        and names.run_no = situations.subject_run
        and names.end_char <= situations.start_char
        and situations.attached_run != situations.subject_run

),

said_of_subject as (

    -- "Samsung ist Apples größter Rivale", "Samsung, ein Konkurrent": no name follows the noun
    select
        situations.*,
        'rival-said-of' as construction,
        names.company_id as one_id,
        coalesce(situations.owner_id, situations.background_id) as other_id
    from situations
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        situations.attached_id is null
        and (
            names.start_char = situations.subject_start
            or (situations.subject_run > 0 and names.run_no = situations.subject_run)
        )
        and names.end_char <= situations.start_char
        and regexp_matches(
            situations.text_after_subject,
            '^(\s*\([^()]*\))?,\s(its|their|the|a|an|another|der|die|dem|den|ein|eine|einer|einem|einen|sein|ihr|seit|once|formerly)\b[^,.;:]{0,40}$'
            || '|^[^,.;:]{0,30}\b(is|was|are|were|ist|war|sind|waren|sei|seien|gilt als|gelten als|galt als|galten als|bleibt|became|remains|wird|wurde)\b[^,.;:]{0,60}$'
            -- "Walmart, Amazon's biggest rival"
            || case when situations.owner_id is not null then '|^(\s*\([^()]*\))?,\s[\p{L}\d&. ]{1,30}(''s|’s|''|’|s)?\s([\p{L}-]+\s){0,3}$' else '' end
        )

),

each_other as (

    -- "Aldi und Lidl sind Rivalen", "die Erzrivalen Aldi und Lidl": each of the enumeration with each
    select
        situations.*,
        'rivals-each-other' as construction,
        ones.company_id as one_id,
        others.company_id as other_id
    from situations
    inner join {{ ref('int_rival_names') }} as ones using (article_id, region, sentence_no)
    inner join {{ ref('int_rival_names') }} as others
        on
            situations.article_id = others.article_id
            and situations.region = others.region
            and situations.sentence_no = others.sentence_no
            and ones.run_no = others.run_no
            and ones.start_char < others.start_char
    where
        situations.owner_id is null
        and regexp_matches(situations.surface, '(en|s|er|n)$')
        and (
            situations.attached_id is null
            and situations.subject_run > 0
            and ones.run_no = situations.subject_run
            and regexp_matches(
                situations.text_after_subject,
                '^[^,.;:]{0,30}\b(are|were|remain|sind|waren|bleiben|seien|gelten als|galten als)\b[^,.;:]{0,60}$'
            )
            or situations.subject_id is null
            and situations.attached_run > 0
            and ones.run_no = situations.attached_run
            and situations.lists_background
        )

)

select
    article_id,
    region,
    sentence_no,
    clause_no,
    start_char,
    cue_id,
    strength,
    slot not in ('name', 'adjective') as needs_field,
    construction,
    one_id,
    other_id
from (
    select * from named
    union all
    select * from listed_subjects
    union all
    select * from said_of_subject
    union all
    select * from each_other
)
where one_id != other_id
