-- A verb or phrase of rivalry between companies: "Bosch konkurriert mit Vaillant", "knöpft Vaillant Anteile ab",
-- "competition from Aldi and Lidl", "ein Duell zwischen Aldi und Lidl", "Pixelhain und Brightmoor konkurrieren".
{% set of_the_same = "using (article_id, region, sentence_no, cue_start, cue_id)" %}
with cues as (

    select *
    from {{ ref('int_rival_cues') }}
    where slot in ('between', 'mutual')

),

placed as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.start_char as cue_start,
        cues.cue_id,
        cues.slot,
        cues.surface,
        names.company_id,
        names.kind,
        names.run_no,
        names.preposition,
        names.start_char,
        names.end_char,
        case
            when names.end_char <= cues.start_char then 'before'
            when names.start_char >= cues.last_char then 'behind'
            when names.start_char >= cues.end_char then 'inside'
        end as side,
        -- a bare name rather than one behind a preposition or with a compound's head: the one that acts
        names.preposition is null and names.compound_head is null as is_bare,
        least(abs(names.start_char - cues.last_char), abs(cues.start_char - names.end_char)) as distance,
        case
            when names.start_char >= cues.last_char
                then {{ text_between('names', 'cues.last_char', 'names.start_char') }}
        end as text_before_name
    from cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where names.kind != 'possessive' or names.end_char <= cues.start_char

),

ranked as (

    select
        *,
        row_number() over (
            partition by article_id, region, sentence_no, cue_start, cue_id, side
            order by case when side = 'before' then not is_bare else false end, distance, start_char
        ) as nearness
    from placed
    where side is not null and (side != 'behind' or distance <= 70)

),

nearest as (

    select
        article_id,
        region,
        sentence_no,
        cue_start,
        cue_id,
        slot,
        -- "kämpfen um", "bid for": what follows is the prize
        regexp_matches(surface, ' (um|für|for|over)$') as names_prize,
        max(company_id) filter (where side = 'before' and nearness = 1) as before_id,
        max(run_no) filter (where side = 'before' and nearness = 1) as before_run,
        max(preposition) filter (where side = 'before' and nearness = 1) as before_preposition,
        max(start_char) filter (where side = 'before' and nearness = 1) as before_start,
        max(kind) filter (where side = 'before' and nearness = 1) as before_kind,
        max(company_id) filter (where side = 'inside' and nearness = 1) as inside_id,
        max(run_no) filter (where side = 'inside' and nearness = 1) as inside_run,
        max(company_id) filter (where side = 'behind' and nearness = 1) as behind_id,
        max(run_no) filter (where side = 'behind' and nearness = 1) as behind_run,
        max(preposition) filter (where side = 'behind' and nearness = 1) as behind_preposition,
        max(text_before_name) filter (where side = 'behind' and nearness = 1) as text_before_behind
    from ranked
    group by all

),

-- Which two sides a cue has, by where its companies stand. One row for each cue, the first shape that fits.
shaped as (

    select
        *,
        case
            -- "battle between Aldi and Lidl"
            when
                behind_run > 0
                and (
                    regexp_matches(text_before_behind, '^\s?(between|zwischen|of|von)?\s([\p{L}\d-]+\s){0,3}$')
                    and regexp_matches(cue_id || text_before_behind, 'between|zwischen')
                    or behind_preposition in ('between', 'zwischen')
                )
                then 'each behind'
            -- "Um den Auftrag wetteifern Aldi und Lidl"
            when
                slot = 'mutual' and behind_run > 0 and behind_preposition is null
                and (before_id is null or before_preposition is not null)
                then 'each behind'
            when slot = 'mutual' and before_run > 0 and before_kind = 'name' and names_prize then 'each before'
            when names_prize then 'for a prize'
            when before_id is not null and inside_id is not null then 'before and inside'
            when before_id is null and inside_id is not null and behind_id is not null then 'inside and behind'
            when before_id is not null and behind_id is not null then 'before and behind'
            -- "Konkurrenz bekommt Aldi von Lidl"
            when behind_id is not null and before_id is null and behind_preposition is null then 'two behind'
            when behind_id is not null then 'background and behind'
            -- "Aldi und Lidl konkurrieren": a verb of both, said of an enumeration
            when slot = 'mutual' and before_run > 0 and before_preposition is null and before_kind = 'name'
                then 'each before'
            when before_id is not null then 'two before'
        end as shape
    from nearest

),

listed as (

    -- the sides with their enumerations whole
    select
        shaped.*,
        ranked.company_id,
        ranked.side,
        ranked.nearness,
        ranked.run_no,
        ranked.preposition,
        ranked.start_char,
        ranked.distance <= 25 as is_close,
        coalesce(
            case ranked.side
                when 'before' then ranked.nearness = 1 or shaped.before_run > 0 and ranked.run_no = shaped.before_run
                when 'inside' then ranked.nearness = 1 or shaped.inside_run > 0 and ranked.run_no = shaped.inside_run
                else ranked.nearness = 1 or shaped.behind_run > 0 and ranked.run_no = shaped.behind_run
            end,
            false
        ) as is_of_nearest
    from shaped
    inner join ranked {{ of_the_same }}

),

with_first_other as (

    select
        *,
        -- the best company of a side outside the nearest enumeration
        not is_of_nearest
        and row_number() over (
            partition by article_id, region, sentence_no, cue_start, cue_id, side, is_of_nearest order by nearness
        ) = 1 as is_first_other
    from listed

),

two_sides as (

    select
        ones.*,
        others.company_id as other_id
    from with_first_other as ones
    inner join with_first_other as others {{ of_the_same }}
    where
        ones.is_of_nearest
        and others.is_of_nearest
        and (
            ones.shape = 'before and inside' and ones.side = 'before' and others.side = 'inside'
            or ones.shape = 'inside and behind' and ones.side = 'inside' and others.side = 'behind'
            or ones.shape = 'before and behind' and ones.side = 'before' and others.side = 'behind'
        )

),

each_other as (

    select
        ones.*,
        others.company_id as other_id
    from with_first_other as ones
    inner join with_first_other as others {{ of_the_same }}
    where
        ones.is_of_nearest
        and others.is_of_nearest
        and ones.start_char < others.start_char
        and (
            ones.shape = 'each behind' and ones.side = 'behind' and others.side = 'behind'
            or ones.shape = 'each before' and ones.side = 'before' and others.side = 'before'
        )

),

one_side as (

    -- the verb stands last ("X könnte mit Y rivalisieren", "Y gelang es, ihm Anteile abzunehmen") or first
    select
        ones.*,
        others.company_id as other_id
    from with_first_other as ones
    inner join with_first_other as others {{ of_the_same }}
    where
        ones.is_of_nearest
        and not others.is_of_nearest
        and (
            ones.shape = 'two behind' and ones.side = 'behind' and others.side = 'behind'
            and others.preposition in ('von', 'vom', 'durch', 'mit', 'from', 'by', 'with')
            or ones.shape = 'two before' and ones.side = 'before' and others.side = 'before'
            and others.is_first_other
            and ones.cue_id like 'de-%'
            and (
                ones.before_kind = 'pronoun'
                or ones.is_close
                or others.preposition in ('mit', 'gegen', 'von', 'durch', 'zu', 'vor', 'hinter', 'auf', 'wie')
            )
        )

),

with_background as (

    select
        candidates.*,
        backgrounds.company_id as other_id
    from with_first_other as candidates
    inner join {{ ref('int_rival_backgrounds') }} as backgrounds using (article_id, region, sentence_no)
    anti join one_side using (article_id, region, sentence_no, cue_start, cue_id)
    where
        candidates.is_of_nearest
        -- an enumeration that holds the company spoken of is no list of its rivals
        and not exists (
            select 1
            from with_first_other as others
            where
                others.article_id = candidates.article_id
                and others.region = candidates.region
                and others.cue_start = candidates.cue_start
                and others.cue_id = candidates.cue_id
                and others.company_id = backgrounds.company_id
        )
        and (
            candidates.shape in ('background and behind', 'two behind') and candidates.side = 'behind'
            or candidates.shape = 'two before'
            and candidates.side = 'before'
            and candidates.cue_id like 'de-%'
            and candidates.before_preposition in ('mit', 'gegen', 'von', 'durch', 'zu', 'vor', 'hinter', 'auf', 'wie')
        )

),

together as (

    select * from two_sides
    union all
    select * from each_other
    union all
    select * from one_side
    union all
    select * from with_background

)

select
    together.article_id,
    together.region,
    together.sentence_no,
    cues.clause_no,
    together.cue_start as start_char,
    together.cue_id,
    cues.strength,
    false as needs_field,
    'rival-verb' as construction,
    together.company_id as one_id,
    together.other_id
from together
inner join cues
    on
        together.article_id = cues.article_id
        and together.region = cues.region
        and together.cue_start = cues.start_char
        and together.cue_id = cues.cue_id
where together.company_id != together.other_id
