-- How well each company fills the actor's place of each cue: the sum of the weights of its features.
with weights as (

    select
        feature,
        weight
    from {{ ref('claim_weights') }}
    where stage = 'actor'

),

spelled_out as (

    select
        article_id,
        sentence_no,
        start_char,
        cue_id,
        company_id,
        entity_start,
        unnest(features) as feature
    from {{ ref('int_claim_features') }}

),

scores as (

    select
        spelled_out.article_id,
        spelled_out.sentence_no,
        spelled_out.start_char,
        spelled_out.cue_id,
        spelled_out.company_id,
        spelled_out.entity_start,
        sum(weights.weight) as actor_score
    from spelled_out
    inner join weights using (feature)
    group by all

)

select
    features.*,
    coalesce(scores.actor_score, 0) as actor_score
from {{ ref('int_claim_features') }} as features
left join scores
    on
        features.article_id = scores.article_id
        and features.sentence_no = scores.sentence_no
        and features.start_char = scores.start_char
        and features.cue_id = scores.cue_id
        and features.company_id = scores.company_id
        and features.entity_start is not distinct from scores.entity_start
