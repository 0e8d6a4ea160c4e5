-- Two companies of one field set against each other in a sentence: "Unlike Aldi, Lidl sells online", "Bosch wuchs
-- stärker als Siemens", "while Boeing delivered fewer jets than Airbus". Such words compare all sorts of things, so
-- the pair needs a field in common.
with placed as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char as cue_start,
        cues.cue_id,
        cues.strength,
        cues.slot,
        names.company_id,
        names.run_no,
        names.start_char,
        names.fields,
        coalesce(names.company_id = protagonists.company_id, false) as is_protagonist,
        names.end_char <= cues.start_char as is_before,
        row_number() over (
            partition by cues.article_id, cues.region, cues.start_char, cues.cue_id, names.end_char <= cues.start_char
            order by abs(names.start_char - cues.start_char)
        ) as nearness,
        bool_or(names.end_char > cues.start_char) over (
            partition by cues.article_id, cues.region, cues.start_char, cues.cue_id
        ) as has_behind,
        {{ text_between('names', 'names.last_end', 'names.start_char') }} as text_since
    from {{ ref('int_rival_cues') }} as cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    left join {{ ref('int_protagonists') }} as protagonists on cues.article_id = protagonists.article_id
    where cues.slot in ('contrast', 'aside') and names.fields is not null and names.kind != 'possessive'

)

select
    ones.article_id,
    ones.region,
    ones.sentence_no,
    ones.clause_no,
    ones.cue_start as start_char,
    ones.cue_id,
    ones.strength,
    true as needs_field,
    'rival-contrast' as construction,
    ones.company_id as one_id,
    others.company_id as other_id
from placed as ones
inner join placed as others using (article_id, region, sentence_no, cue_start, cue_id)
where
    ones.company_id != others.company_id
    and (not others.is_before or not ones.has_behind and others.nearness = 1)
    -- "während" and "while" set side by side whatever they like: the article's protagonist must be one of the two
    and (
        ones.slot = 'contrast' and not others.is_before
        or ones.is_protagonist
        or others.is_protagonist
    )
    and (
        ones.run_no = 0
        or ones.run_no != others.run_no
        -- "Unlike Aldi, Lidl sells online" only looks like an enumeration
        or not ones.is_before and others.text_since = ', '
    )
    and list_has_any(ones.fields, others.fields)
    -- one before the word and one behind it, or both before a word that ends the sentence or behind one that opens it
    and (ones.is_before or ones.start_char < others.start_char)
    and (
        ones.is_before
        or not exists (
            select 1
            from placed as earlier
            where
                earlier.article_id = ones.article_id
                and earlier.region = ones.region
                and earlier.cue_start = ones.cue_start
                and earlier.cue_id = ones.cue_id
                and earlier.is_before
        )
    )
