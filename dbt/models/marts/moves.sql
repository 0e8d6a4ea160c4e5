with claims as (

    select
        grouped.real_move_id,
        grouped.story_id,
        grouped.claimed_at,
        grouped.is_first,
        moves.*,
        stories.first_publisher,
        { 'at': grouped.claimed_at, 'rank': {{ weight_of_certainty('moves.certainty') }} } as age
    from {{ ref('move_claims') }} as grouped
    inner join {{ ref('market_moves') }} as moves using (move_id)
    inner join {{ ref('stories') }} as stories using (story_id)
    where {{ is_touched('grouped') }}

),

figures as (

    select
        real_move_id,
        value,
        unit,
        basis,
        count(*) as claims,
        min(claimed_at) as first_claimed_at
    from claims
    where value is not null
    group by all

),

told_once as (

    -- an article that gives two figures of a unit does not contradict itself: profit and sales, jobs here and there
    select
        real_move_id,
        unit,
        basis,
        any_value(value) as value
    from claims
    where value is not null
    group by real_move_id, unit, basis, article_id
    having count(distinct value) = 1

),

conflicts as (

    select real_move_id
    from (
        select
            real_move_id,
            max(value) - min(value) > 0.01 * max(abs(value)) as is_conflict
        from told_once
        group by real_move_id, unit, basis
    ) as compared
    group by real_move_id
    having bool_or(is_conflict)

),

listed as (

    select
        real_move_id,
        list(
            { 'value': value, 'unit': unit, 'claims': claims }
            order by claims desc, first_claimed_at asc, value asc, unit asc, basis asc
        ) as claimed_values
    from figures
    group by real_move_id

)

select
    claims.real_move_id,
    claims.company_id,
    claims.move_type,
    any_value(claims.direction) as direction,
    mode(claims.counterparty_company_id order by claims.counterparty_company_id) as counterparty_company_id,
    mode(claims.counterparty order by claims.counterparty) as counterparty,
    mode(claims.market order by claims.market) as market,
    mode(claims.product order by claims.product) as product,
    any_value(listed.claimed_values)[1].value as value,
    any_value(listed.claimed_values)[1].unit as unit,
    coalesce(any_value(listed.claimed_values), []) as claimed_values,
    bool_or(conflicts.real_move_id is not null) as is_disputed,
    min(claims.period_start) as period_start,
    max(claims.period_end) as period_end,
    arg_max(claims.certainty, claims.age) as certainty,
    min(claims.claimed_at) filter (where claims.certainty = 'possible') as possible_at,
    min(claims.claimed_at) filter (where claims.certainty = 'announced') as announced_at,
    min(claims.claimed_at) filter (where claims.certainty = 'actual') as actual_at,
    min(claims.claimed_at) filter (where claims.certainty = 'denied') as denied_at,
    min(claims.claimed_at) as first_claimed_at,
    max(claims.claimed_at) as last_claimed_at,
    any_value(claims.article_id) filter (where claims.is_first) as first_article_id,
    any_value(claims.first_publisher) filter (where claims.is_first) as first_publisher,
    any_value(claims.source_name) filter (where claims.is_first) as first_source,
    count(*) as claim_count,
    count(distinct claims.article_id) as article_count,
    count(distinct claims.story_id) as story_count,
    count(distinct claims.first_publisher) as publisher_count,
    count(distinct claims.source_name) as source_count
from claims
left join conflicts using (real_move_id)
left join listed using (real_move_id)
group by claims.real_move_id, claims.company_id, claims.move_type
