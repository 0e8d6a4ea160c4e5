-- What is held for a claim: what grammar alone tells of a named company, and the tellings that weigh more than nothing
-- by their features and the score of their actor.
with weights as (

    select
        feature,
        weight
    from {{ ref('claim_weights') }}
    where stage = 'claim'

),

spelled_out as (

    select
        article_id,
        company_id,
        move_type,
        telling_no,
        unnest(features) as feature,
        1 as value
    from {{ ref('int_claim_tellings') }}

    union all

    select
        article_id,
        company_id,
        move_type,
        telling_no,
        feature,
        value
    from {{ ref('int_claim_tellings') }}
    unpivot (value for feature in (actor_score, second_score, third_score, repeated_score))

),

scores as (

    select
        spelled_out.article_id,
        spelled_out.company_id,
        spelled_out.move_type,
        spelled_out.telling_no,
        sum(spelled_out.value * weights.weight) as claim_score
    from spelled_out
    inner join weights using (feature)
    group by all

),

scored as (

    select
        tellings.*,
        scores.claim_score,
        scores.claim_score >= case when tellings.telling_no > 1 then {{ var('again_margin') }} else 0 end
        or (
            tellings.telling_no = 1
            and tellings.kind = 'move'
            and tellings.entity_kind = 'name'
            and coalesce(tellings.construction in ('subject of the verb', 'agent of the passive'), false)
        ) as is_held
    from {{ ref('int_claim_tellings') }} as tellings
    inner join scores using (article_id, company_id, move_type, telling_no)

),

counted as (

    select
        *,
        count(*) filter (where is_held) over of_claim as claims,
        row_number() over (of_claim order by evidence_score desc, telling_no asc) as evidence_no
    from scored
    window of_claim as (partition by article_id, company_id, move_type)

),

held as (

    -- as many claims as there are tellings that hold, each with the best evidence there is
    select * exclude (evidence_no, claims)
    from counted
    where evidence_no <= claims

),

together as (

    -- "Oppo und Vivo gewinnen Anteile": what holds for one of a list holds for all of it
    select counted.* exclude (evidence_no, claims)
    from counted
    where
        counted.claims = 0
        and counted.list_no > 0
        and counted.entity_kind = 'name'
        and exists (
            select 1
            from held
            where
                held.article_id = counted.article_id
                and held.sentence_no = counted.sentence_no
                and held.move_type = counted.move_type
                and held.list_no = counted.list_no
                and held.entity_kind = 'name'
        )

),

claims as (

    select * from held
    union all
    select * from together

)

select
    *,
    {{ stable_id(['article_id', 'company_id', 'move_type', 'region', 'start_char', 'cue_id']) }} as claim_id
from claims
