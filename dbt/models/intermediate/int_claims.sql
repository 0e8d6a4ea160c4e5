-- What is held for a claim: the tellings whose features and actor score weigh more than nothing.
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

)

select
    tellings.*,
    scores.claim_score,
    {{ stable_id(['article_id', 'company_id', 'move_type', 'region', 'start_char', 'cue_id']) }} as claim_id
from {{ ref('int_claim_tellings') }} as tellings
inner join scores using (article_id, company_id, move_type, telling_no)
where scores.claim_score >= 0
