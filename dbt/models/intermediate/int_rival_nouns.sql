-- Each noun of rivalry with the companies around it: the one attached on its right ("Konkurrent Huawei", "rivals such
-- as Huawei", "the rival of Huawei", "Zu den Wettbewerbern zählen Aldi und Lidl"), its owner ("Apples Konkurrent",
-- "Apple-Rivale", "its rival"), the subject it may speak of, and the company spoken of in the background.
with cues as (

    select *
    from {{ ref('int_rival_cues') }}
    where slot in ('name', 'adjective', 'peer', 'leader')

),

placed as materialized (

    -- each company of the sentence with the text between it and the noun
    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.start_char as cue_start,
        cues.end_char as cue_end,
        cues.cue_id,
        cues.slot,
        names.company_id,
        names.kind,
        names.run_no,
        names.start_char,
        names.end_char,
        names.preposition,
        names.compound_head,
        names.is_genitive,
        {{ text_between('names', 'names.sentence_start', 'cues.start_char') }} as text_before_cue,
        case
            when names.start_char between cues.end_char and cues.end_char + 110
                then {{ text_between('names', 'cues.end_char', 'names.start_char') }}
        end as text_before_name,
        case
            when names.end_char <= cues.start_char
                then {{ text_between('names', 'names.end_char', 'cues.start_char') }}
        end as text_after_name
    from cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)

),

attached as materialized (

    select *
    from placed
    where
        kind in ('name', 'description')
        and text_before_name is not null
        and not regexp_matches(text_before_name, '{{ finite_verb() }}')
        and (
            regexp_matches(text_before_name, '^[\s„“”"»«(–-]*{{ lead_words() }}$')
            or regexp_matches(text_before_name, '^[\s,„“”"»«(:–-]*{{ list_words() }}{{ lead_words() }}$')
            or regexp_matches(text_before_name, '^,\s(the|die|der|dem|den)\s{{ lead_words() }}$')
            or regexp_matches(text_before_name, '^\s(von|vom|of|to|for|zu|zum|zur|durch|from)\s{{ lead_words() }}$')
            or regexp_matches(text_before_name, '^{{ copula_before_list() }}{{ lead_words() }}$')
            or slot = 'name'
            and regexp_matches(text_before_name, '^[^.;!?]{0,60}\s{{ list_words() }}{{ lead_words() }}$')
            or slot = 'leader'
            and regexp_matches(text_before_name, '^\s(in|im|auf|on|for|of|bei|für)\s[^,.;:!?]{1,50}$')
        )
    qualify row_number() over (
        partition by article_id, region, cue_start, cue_id order by start_char
    ) = 1

),

owners as materialized (

    select
        *,
        end_char between cue_start - 1 and cue_start as is_compound
    from placed
    where
        end_char between cue_start - 1 and cue_start
        or (
            (is_genitive or kind = 'possessive')
            and regexp_matches(text_after_name, '^(''s|’s|''|’|s)?(\s+[\p{L}\d-]+){0,4}\s+$')
        )
    qualify row_number() over (
        partition by article_id, region, cue_start, cue_id order by is_compound desc, start_char desc
    ) = 1

),

subjects as materialized (

    -- the nearest bare name before the noun, or the one that the noun stands beside in apposition; else the first
    -- bare one behind a rival that opens the sentence ("Anders als der Rivale Edeka senkt Rewe die Preise")
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
        and (placed.preposition is null or regexp_matches(placed.text_after_name, '{{ apposition() }}'))
        and (
            placed.text_after_name is not null
            or (attached.run_no = 0 or attached.run_no is distinct from placed.run_no)
            and placed.start_char > coalesce(attached.end_char, placed.cue_end)
            and regexp_matches(
                placed.text_before_cue,
                '(?i)^[^\p{L}]*(anders als|im gegensatz zu|im unterschied zu|ähnlich|ebenso|genauso|wie|nach|während'
                || '|unlike|like|as with|just like|while|after|following)\b'
            )
        )
    qualify row_number() over (
        partition by placed.article_id, placed.region, placed.cue_start, placed.cue_id
        order by
            placed.text_after_name is null,
            case when placed.text_after_name is not null then -placed.start_char else placed.start_char end
    ) = 1

)

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
            and subjects.text_after_name like ',%'
            then backgrounds.company_id
        else owners.company_id
    end as owner_id,
    subjects.company_id as subject_id,
    subjects.run_no as subject_run,
    subjects.start_char as subject_start,
    subjects.text_after_name as text_after_subject,
    backgrounds.company_id as background_id,
    exists(
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
