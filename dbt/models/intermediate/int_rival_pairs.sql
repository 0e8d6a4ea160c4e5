with rival_cues as (

    select
        cues.article_id, cues.region, cues.sentence_no, cues.clause_no, cues.start_char, cues.end_char, cues.last_char,
        cues.surface, cues.cue_id, lexicon.strength, lexicon.slot
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'rival' and cues.region in {{ claiming_regions() }}

),

names as (

    select *
    from {{ ref('int_entities') }}
    anti join {{ ref('int_reporting_companies') }} as reporting using (company_id)

),

beside as (

    -- the companies that a rival noun names: "Konkurrent Huawei", "rivals Oppo and Vivo", "Huawei, a rival of"
    select
        rival_cues.*,
        names.company_id as rival_id,
        names.start_char as rival_start,
        names.list_no
    from rival_cues
    inner join names using (article_id, sentence_no)
    where
        rival_cues.slot = 'name'
        and names.kind = 'name'
        and names.start_char between rival_cues.end_char and rival_cues.end_char + 6

),

beside_lists as (

    select
        beside.* exclude (rival_id, rival_start, list_no),
        names.company_id as rival_id,
        names.start_char as rival_start
    from beside
    inner join names using (article_id, sentence_no)
    where
        names.start_char = beside.rival_start
        or (beside.list_no > 0 and names.list_no = beside.list_no and names.start_char > beside.rival_start)

),

owners as (

    -- whose rival: the compound's first part ("Apple-Konkurrent"), a genitive or possessive before it, the "von"/"of" behind
    -- it, else the subject before it, else the article's protagonist
    select
        beside_lists.article_id, beside_lists.sentence_no, beside_lists.start_char, beside_lists.cue_id, beside_lists.rival_id,
        names.company_id as owner_id,
        case
            when names.end_char between beside_lists.start_char - 1 and beside_lists.start_char then 6
            when names.is_genitive and names.end_char <= beside_lists.start_char then 5
            when names.preposition in ('von', 'vom', 'of', 'to') and names.start_char > beside_lists.end_char then 4
            when
                names.preposition is null
                and names.compound_head is null
                and names.end_char <= beside_lists.start_char
                then 3
            when names.company_id = protagonists.company_id then 2
            else 0
        end as fit,
        abs(names.start_char - beside_lists.start_char) as distance
    from beside_lists
    inner join names using (article_id, sentence_no)
    left join {{ ref('int_protagonists') }} as protagonists on beside_lists.article_id = protagonists.article_id
    where names.company_id != beside_lists.rival_id

),

best_owners as (

    select *
    from owners
    where fit > 0
    qualify row_number() over (
        partition by article_id, sentence_no, start_char, cue_id, rival_id order by fit desc, distance, owner_id
    ) = 1

),

named as (

    select
        beside_lists.article_id, beside_lists.region, beside_lists.sentence_no, beside_lists.cue_id, beside_lists.strength,
        beside_lists.rival_id as one_id,
        coalesce(best_owners.owner_id, protagonists.company_id) as other_id
    from beside_lists
    left join best_owners using (article_id, sentence_no, start_char, cue_id, rival_id)
    left join {{ ref('int_protagonists') }} as protagonists on beside_lists.article_id = protagonists.article_id

),

compounds as (

    -- "der Apple-Konkurrent" with no name behind it: the article's protagonist is meant
    select
        rival_cues.article_id, rival_cues.region, rival_cues.sentence_no, rival_cues.cue_id, rival_cues.strength,
        names.company_id as one_id,
        protagonists.company_id as other_id
    from rival_cues
    inner join names
        on
            rival_cues.article_id = names.article_id
            and rival_cues.sentence_no = names.sentence_no
            and names.end_char between rival_cues.start_char - 1 and rival_cues.start_char
    inner join {{ ref('int_protagonists') }} as protagonists on rival_cues.article_id = protagonists.article_id
    where
        rival_cues.slot = 'name'
        and not exists (
            select 1
            from beside
            where
                beside.article_id = rival_cues.article_id
                and beside.sentence_no = rival_cues.sentence_no
                and beside.start_char = rival_cues.start_char
        )

),

sides as (

    -- a verb between two companies: the nearest on each side, lists whole
    select
        rival_cues.article_id, rival_cues.region, rival_cues.sentence_no, rival_cues.start_char, rival_cues.cue_id,
        rival_cues.strength,
        names.company_id,
        names.list_no,
        names.end_char <= rival_cues.start_char as is_left,
        names.compound_head,
        names.start_char as name_start,
        row_number() over (
            partition by
                rival_cues.article_id, rival_cues.sentence_no, rival_cues.start_char, rival_cues.cue_id,
                names.end_char <= rival_cues.start_char
            order by
                names.compound_head is not null, abs(names.start_char - rival_cues.start_char)
        ) as nearness
    from rival_cues
    inner join names using (article_id, sentence_no)
    where rival_cues.slot = 'between'

),

between_pairs as (

    select
        lefts.article_id, lefts.region, lefts.sentence_no, lefts.cue_id, lefts.strength,
        lefts.company_id as one_id,
        rights.company_id as other_id
    from sides as lefts
    inner join sides as rights using (article_id, sentence_no, start_char, cue_id)
    where
        lefts.is_left
        and not rights.is_left
        and lefts.nearness = 1
        and (
            rights.nearness = 1
            or exists (
                select 1
                from sides as nearest
                where
                    nearest.article_id = rights.article_id
                    and nearest.sentence_no = rights.sentence_no
                    and nearest.start_char = rights.start_char
                    and nearest.cue_id = rights.cue_id
                    and nearest.is_left = rights.is_left
                    and nearest.nearness = 1
                    and nearest.list_no > 0
                    and nearest.list_no = rights.list_no
            )
        )

),

verb_final as (

    -- both companies before the verb: "X könnte mit Y und Z rivalisieren"
    select
        subjects.article_id, subjects.region, subjects.sentence_no, subjects.cue_id, subjects.strength,
        subjects.company_id as one_id,
        partners.company_id as other_id
    from sides as subjects
    inner join {{ ref('int_entities') }} as partners using (article_id, sentence_no)
    where
        subjects.is_left
        and partners.preposition in ('mit', 'gegen', 'with', 'against', 'zu', 'neben')
        and partners.end_char <= subjects.start_char
        and partners.company_id != subjects.company_id
        and not exists (
            select 1
            from {{ ref('int_entities') }} as governed
            where
                governed.article_id = subjects.article_id
                and governed.sentence_no = subjects.sentence_no
                and governed.start_char = subjects.name_start
                and governed.preposition is not null
        )
        and not exists (
            select 1
            from sides as rights
            where
                rights.article_id = subjects.article_id
                and rights.sentence_no = subjects.sentence_no
                and rights.start_char = subjects.start_char
                and rights.cue_id = subjects.cue_id
                and not rights.is_left
        )

),

together as (

    select * from named
    union all by name
    select * from compounds
    union all by name
    select * from between_pairs
    union all by name
    select * from verb_final

)

select
    together.article_id,
    together.region,
    together.sentence_no,
    together.cue_id as rule_id,
    least(together.one_id, together.other_id) as company_a_id,
    greatest(together.one_id, together.other_id) as company_b_id,
    case when certainty.hedge_rank = 2 then 'speculative' else together.strength end as strength
from together
left join (
    select article_id, sentence_no, max(hedge_rank) as hedge_rank
    from {{ ref('int_clause_certainty') }}
    group by all
) as certainty using (article_id, sentence_no)
where together.one_id != together.other_id
