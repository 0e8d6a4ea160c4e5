with together as (

    select * from {{ ref('int_rivals_by_noun') }}
    union all
    select * from {{ ref('int_rivals_by_verb') }}

),

hedged as (

    select
        article_id,
        sentence_no,
        max(hedge_rank) as hedge_rank
    from {{ ref('int_clause_certainty') }}
    group by all

)

select
    together.article_id,
    together.region,
    together.sentence_no,
    together.cue_id as rule_id,
    least(together.one_id, together.other_id) as company_a_id,
    greatest(together.one_id, together.other_id) as company_b_id,
    case when hedged.hedge_rank = 2 then 'speculative' else together.strength end as strength
from together
left join hedged using (article_id, sentence_no)
