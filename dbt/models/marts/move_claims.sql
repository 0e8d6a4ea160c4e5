with claims as (

    select
        moves.move_id,
        moves.article_id,
        told.story_id,
        told.claimed_at,
        moves.company_id,
        moves.move_type,
        moves.certainty,
        moves.source_id,
        coalesce(moves.direction, '') as direction,
        {{ object_of_move('moves') }} as object,
        {{ days_of_silence('moves.move_type') }} as silence
    from {{ ref('market_moves') }} as moves
    inner join {{ ref('story_articles') }} as told using (article_id)
    where {{ is_touched('moves') }}

),

neighbours as (

    -- "Die Übernahme", without saying of whom: that of which the same story speaks, or whoever spoke last, or next
    select
        *,
        mode(object order by object) over (partition by company_id, move_type, direction, story_id) as object_of_story,
        max({ 'claimed_at': claimed_at, 'move_id': move_id, 'object': object }) filter (where object is not null) over (
            partition by company_id, move_type, direction order by claimed_at
            range between interval {{ var('move_days') }} days preceding and current row
        ) as before,
        min({ 'claimed_at': claimed_at, 'move_id': move_id, 'object': object }) filter (where object is not null) over (
            partition by company_id, move_type, direction order by claimed_at
            range between current row and interval {{ var('move_days') }} days following
        ) as after
    from claims

),

named as (

    select
        * exclude (object, object_of_story, before, after),
        coalesce(object, object_of_story, before.object, after.object) as object
    from neighbours

),

parted as (

    select
        *,
        claimed_at - lag(claimed_at) over in_time > to_days(silence) as is_another
    from named
    window in_time as (partition by company_id, move_type, direction, object order by claimed_at, move_id)

),

numbered as (

    select
        *,
        count(*) filter (where is_another) over (
            partition by company_id, move_type, direction, object order by claimed_at, move_id
        ) as move_no
    from parted

)

select
    first_value(move_id) over of_move as real_move_id,
    move_id,
    article_id,
    story_id,
    company_id,
    move_type,
    claimed_at,
    certainty,
    source_id,
    first_value(move_id) over of_move = move_id as is_first,
    row_number() over (
        partition by company_id, move_type, direction, object, move_no, story_id order by claimed_at, move_id
    ) = 1 as is_first_of_story,
    claimed_at = min(claimed_at) over whole_move as is_among_first,
    coalesce(min(claimed_at) filter (where certainty = 'actual') over whole_move > claimed_at, false) as is_seen_actual
from numbered
window
    whole_move as (partition by company_id, move_type, direction, object, move_no),
    of_move as (partition by company_id, move_type, direction, object, move_no order by claimed_at, move_id)
