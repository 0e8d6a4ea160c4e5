with actors as (

    -- a list of names in the actor's place acts together: "Oppo und Vivo gewinnen Anteile"
    select
        candidates.*,
        max(actor_score) over (partition by article_id, sentence_no, start_char, cue_id) as best_score
    from {{ ref('int_claim_candidates') }} as candidates

),

best as (

    select *
    from actors
    where actor_score = best_score and actor_score >= {{ var('actor_threshold') }}
    qualify
        row_number() over (partition by article_id, sentence_no, start_char, cue_id order by entity_start, company_id)
        = 1

),

joined_by_list as (

    select
        best.* exclude (best.company_id, best.entity_start, best.entity_end),
        actors.company_id,
        actors.entity_start,
        actors.entity_end
    from best
    inner join actors
        on
            best.article_id = actors.article_id
            and best.sentence_no = actors.sentence_no
            and best.start_char = actors.start_char
            and best.cue_id = actors.cue_id
            and (
                (best.company_id = actors.company_id and best.entity_start = actors.entity_start)
                or (best.list_no > 0 and best.list_no = actors.list_no and actors.entity_kind = 'name')
            )

),

unclaimed as (

    -- a measured topic without any company in its sentence speaks of the article's protagonist
    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        cues.cue_id,
        cues.kind,
        cues.surface,
        cues.move_type,
        cues.direction,
        cues.certainty,
        cues.slot,
        protagonists.company_id,
        cast(null as integer) as entity_start,
        cast(null as integer) as entity_end,
        2.0 as actor_score
    from {{ ref('int_claim_cues') }} as cues
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('int_protagonists') }} as protagonists using (article_id)
    where
        types.speaks_of_protagonist
        and protagonists.share >= {{ var('protagonist_share') }}
        and not exists (
            select 1
            from {{ ref('int_claim_candidates') }} as candidates
            where candidates.article_id = cues.article_id and candidates.sentence_no = cues.sentence_no
        )

),

together as (

    select * from joined_by_list
    union all by name
    select * from unclaimed

)

select
    *,
    {{ stable_id(['article_id', 'company_id', 'move_type', 'region', 'start_char', 'cue_id']) }} as claim_id
from together
qualify row_number() over (partition by claim_id order by actor_score desc, entity_start asc) = 1
