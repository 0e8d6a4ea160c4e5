-- "Bosch konkurriert mit Vaillant", "X nimmt Y Anteile ab", "Pixelhain und Brightmoor konkurrieren um Verlage".
with cues as (

    select *
    from {{ ref('int_rival_cues') }}
    where slot = 'between'

),

sides as (

    -- the last part of the cue ("konkurriert … mit") parts the sides
    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        cues.strength,
        names.company_id,
        names.kind,
        names.list_no,
        names.preposition,
        names.start_char as name_start,
        names.end_char <= cues.last_char as is_left,
        row_number() over (
            partition by
                cues.article_id, cues.sentence_no, cues.start_char, cues.cue_id, names.end_char <= cues.last_char
            order by
                case when names.end_char <= cues.last_char then names.preposition is not null else false end,
                names.compound_head is not null,
                abs(names.start_char - cues.last_char)
        ) as nearness
    from cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, sentence_no)

),

nearest as (

    select
        article_id,
        region,
        sentence_no,
        start_char,
        cue_id,
        strength,
        max(company_id) filter (where is_left and nearness = 1) as left_id,
        max(list_no) filter (where is_left and nearness = 1) as left_list,
        max(preposition) filter (where is_left and nearness = 1) as left_preposition,
        max(kind) filter (where is_left and nearness = 1) as left_kind,
        max(company_id) filter (where is_left and nearness = 2) as second_left_id,
        max(list_no) filter (where is_left and nearness = 2) as second_left_list,
        max(company_id) filter (where not is_left and nearness = 1) as right_id,
        max(list_no) filter (where not is_left and nearness = 1) as right_list,
        max(preposition) filter (where not is_left and nearness = 1) as right_preposition,
        bool_or(is_left and list_no = 0) as has_single_left,
        bool_or(not is_left and coalesce(preposition, '') in ('von', 'vom', 'durch', 'mit', 'from', 'by', 'with'))
            as has_governed_right
    from sides
    group by all

),

pairs as (

    -- "Konkurrenz bekommt X von Y": both behind the verb
    select
        nearest.article_id,
        nearest.region,
        nearest.sentence_no,
        nearest.cue_id,
        nearest.strength,
        nearest.right_id as one_id,
        sides.company_id as other_id
    from nearest
    inner join sides using (article_id, sentence_no, start_char, cue_id)
    where
        nearest.left_id is null
        and nearest.right_preposition is null
        and sides.preposition in ('von', 'vom', 'durch', 'mit', 'from', 'by', 'with')

    union all

    -- one on each side, lists whole; with nobody before the verb the article's protagonist competes
    select
        nearest.article_id,
        nearest.region,
        nearest.sentence_no,
        nearest.cue_id,
        nearest.strength,
        coalesce(nearest.left_id, protagonists.company_id) as one_id,
        sides.company_id as other_id
    from nearest
    inner join sides using (article_id, sentence_no, start_char, cue_id)
    left join {{ ref('int_protagonists') }} as protagonists on nearest.article_id = protagonists.article_id
    where
        not sides.is_left
        and (nearest.left_id is not null or nearest.right_preposition is not null or not nearest.has_governed_right)
        and (sides.nearness = 1 or (nearest.right_list > 0 and sides.list_no = nearest.right_list))

    union all

    -- the verb stands last: "X könnte mit Y und Z rivalisieren"
    select
        nearest.article_id,
        nearest.region,
        nearest.sentence_no,
        nearest.cue_id,
        nearest.strength,
        nearest.left_id as one_id,
        sides.company_id as other_id
    from nearest
    inner join sides using (article_id, sentence_no, start_char, cue_id)
    where
        nearest.right_id is null
        and nearest.left_preposition is null
        and sides.is_left
        and sides.preposition in ('mit', 'gegen', 'with', 'against')

    union all

    -- a pronoun stands before the verb for the one who suffers: "X und Y gelang es, ihm Anteile abzunehmen"
    select
        nearest.article_id,
        nearest.region,
        nearest.sentence_no,
        nearest.cue_id,
        nearest.strength,
        nearest.left_id as one_id,
        sides.company_id as other_id
    from nearest
    inner join sides using (article_id, sentence_no, start_char, cue_id)
    where
        nearest.right_id is null
        and nearest.left_kind = 'pronoun'
        and sides.is_left
        and (sides.nearness = 2 or (nearest.second_left_list > 0 and sides.list_no = nearest.second_left_list))

    union all

    -- a list before a verb with nothing behind it and nobody beside it: each with each
    select
        nearest.article_id,
        nearest.region,
        nearest.sentence_no,
        nearest.cue_id,
        nearest.strength,
        ones.company_id as one_id,
        others.company_id as other_id
    from nearest
    inner join sides as ones using (article_id, sentence_no, start_char, cue_id)
    inner join sides as others using (article_id, sentence_no, start_char, cue_id)
    where
        nearest.right_id is null
        and nearest.left_list > 0
        and nearest.left_preposition is null
        and not nearest.has_single_left
        and ones.list_no = nearest.left_list
        and others.list_no = nearest.left_list
        and ones.name_start < others.name_start

)

select *
from pairs
where one_id != other_id
