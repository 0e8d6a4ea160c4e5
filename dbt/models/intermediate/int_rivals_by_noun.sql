-- Pairs that a noun of rivalry makes of the companies around it. Whether the attached company has the rival or is it
-- does not matter: the other side is the noun's owner, else the sentence's subject, else the company spoken of before.
with nouns as (

    select * from {{ ref('int_rival_nouns') }}

),

named as (

    -- the attached name and the rest of its enumeration, each with the other side
    select
        nouns.*,
        'rival-named' as construction,
        names.company_id as one_id,
        coalesce(nouns.owner_id, nouns.subject_id, nouns.background_id) as other_id
    from nouns
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        names.kind in ('name', 'description')
        and (
            names.start_char = nouns.attached_start
            or (
                nouns.attached_run > 0
                and names.run_no = nouns.attached_run
                and names.start_char > nouns.attached_start
            )
        )
        -- an enumeration that holds the company spoken of is no list of its rivals
        and (
            nouns.attached_run = 0
            or coalesce(nouns.owner_id, nouns.subject_id) is not null
            or not nouns.lists_background
        )

),

listed_subjects as (

    -- "Aldi und Lidl, die Rivalen von Rewe": every subject of the enumeration
    select
        nouns.*,
        'rival-named' as construction,
        names.company_id as one_id,
        nouns.attached_id as other_id
    from nouns
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        nouns.owner_id is null
        and nouns.attached_id is not null
        and nouns.subject_run > 0
        and names.run_no = nouns.subject_run
        and names.end_char <= nouns.start_char
        and nouns.attached_run != nouns.subject_run

),

said_of_subject as (

    -- "Samsung ist Apples größter Rivale", "Samsung, ein Konkurrent": no name follows the noun
    select
        nouns.*,
        'rival-said-of' as construction,
        names.company_id as one_id,
        coalesce(nouns.owner_id, nouns.background_id) as other_id
    from nouns
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where
        nouns.attached_id is null
        and (
            names.start_char = nouns.subject_start
            or (nouns.subject_run > 0 and names.run_no = nouns.subject_run)
        )
        -- "Aldi und Lidl sind Rivalen" are each other's
        and (nouns.subject_run = 0 or nouns.owner_id is not null)
        and names.end_char <= nouns.start_char
        and (
            regexp_matches(nouns.text_after_subject, '{{ apposition() }}')
            or regexp_matches(nouns.text_after_subject, '{{ predicate() }}')
            -- "Walmart, Amazon's biggest rival"
            or nouns.owner_id is not null
            and regexp_matches(
                nouns.text_after_subject,
                '^(\s*\([^()]*\))?,\s[\p{L}\d&. ]{1,30}(''s|’s|''|’|s)?\s([\p{L}-]+\s){0,3}$'
            )
        )

),

each_other as (

    -- "Aldi und Lidl sind Rivalen", "die Erzrivalen Aldi und Lidl": each of the enumeration with each
    select
        nouns.*,
        'rivals-each-other' as construction,
        ones.company_id as one_id,
        others.company_id as other_id
    from nouns
    inner join {{ ref('int_rival_names') }} as ones using (article_id, region, sentence_no)
    inner join {{ ref('int_rival_names') }} as others
        on
            nouns.article_id = others.article_id
            and nouns.region = others.region
            and nouns.sentence_no = others.sentence_no
            and ones.run_no = others.run_no
            and ones.start_char < others.start_char
    where
        nouns.owner_id is null
        and regexp_matches(nouns.surface, '(en|s|er|n)$')
        and (
            nouns.attached_id is null
            and nouns.subject_run > 0
            and ones.run_no = nouns.subject_run
            and regexp_matches(nouns.text_after_subject, '{{ predicate() }}')
            or nouns.subject_id is null
            and nouns.attached_run > 0
            and ones.run_no = nouns.attached_run
            and nouns.lists_background
        )

),

together as (

    select * from named
    union all
    select * from listed_subjects
    union all
    select * from said_of_subject
    union all
    select * from each_other

)

select
    article_id,
    region,
    sentence_no,
    clause_no,
    start_char,
    cue_id,
    strength,
    slot in ('peer', 'leader') as needs_field,
    construction,
    one_id,
    other_id
from together
where one_id != other_id
