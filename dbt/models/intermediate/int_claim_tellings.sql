-- The sentences that may tell of one company and one type of move, best first, with what speaks for each of them.
with figures as (

    select
        article_id,
        sentence_no,
        list(distinct value) as figures
    from {{ ref('stg_quantities') }}
    group by article_id, sentence_no

),

prominence as (

    select
        article_id,
        company_id,
        count(*) as mentions,
        bool_or(region = 'title') as is_in_title,
        count(*) / sum(count(*)) over (partition by article_id) as share,
        rank() over (partition by article_id order by count(*) desc) as place
    from {{ ref('stg_mentions') }}
    where region in {{ claiming_regions() }}
    group by article_id, company_id

),

candidates as (

    -- only the features that count again: all of them would be sorted with the candidates, several times
    select
        * exclude (features),
        [
            feature for feature in features if regexp_matches(
                feature, '^(region|sentence |named as|cue |type |(subject|agent|owner) of)'
            )
        ] as actor_features
    from {{ ref('int_claim_candidates') }}

),

tellings as (

    select *
    from candidates
    qualify row_number() over (
        partition by article_id, company_id, move_type, sentence_no
        order by actor_score desc, start_char asc, cue_id asc, entity_start asc, entity_end asc
    ) = 1

),

told as (

    -- the best evidence has a figure and is no headline
    select
        tellings.*,
        coalesce(figures.figures, []) as figures,
        tellings.actor_score
        + case
            when types.value_units is not null and figures.figures is not null then {{ var('evidence_bonus') }} else 0
        end
        - case when tellings.region = 'title' then {{ var('evidence_bonus') }} else 0 end as evidence_score
    from tellings
    inner join {{ ref('move_types') }} as types using (move_type)
    left join figures using (article_id, sentence_no)

),

ranked as (

    select
        *,
        row_number() over of_claim as telling_no,
        lead(actor_score, 1) over of_claim as next_score,
        lead(actor_score, 2) over of_claim as third_best_score,
        first_value(figures) over of_claim as best_figures,
        first_value(direction) over of_claim as best_direction,
        first_value(cue_id) over of_claim as best_cue_id,
        first_value(sentence_no) over of_claim as best_sentence_no,
        max(actor_score) over all_of_claim as best_score,
        count(*) over all_of_claim as tellings,
        bool_or(region = 'title') over all_of_claim as is_told_in_title,
        bool_or(kind = 'move') over all_of_claim as has_move_cue,
        rank() over (
            partition by article_id, sentence_no, move_type
            order by actor_score desc
        ) as company_rank,
        rank() over (
            partition by article_id, sentence_no, company_id
            order by actor_score desc
        ) as type_rank
    from told
    window
        of_claim as (
            partition by article_id, company_id, move_type
            order by actor_score desc, sentence_no asc
        ),
        all_of_claim as (partition by article_id, company_id, move_type)

),

claims as (

    select
        article_id,
        company_id,
        move_type,
        rank() over (partition by article_id, move_type order by best_score desc) as claim_rank
    from ranked
    where telling_no = 1

),

weighed as (

    select
        ranked.*,
        claims.claim_rank,
        prominence.mentions,
        prominence.is_in_title,
        prominence.share,
        prominence.place as place_by_mentions
    from ranked
    inner join claims using (article_id, company_id, move_type)
    left join prominence using (article_id, company_id)
    where ranked.telling_no <= {{ var('tellings_per_claim') }}

)

select
    * exclude (
        next_score, third_best_score, best_score, figures, best_figures, best_direction, best_cue_id,
        best_sentence_no,
        mentions, is_in_title, share, place_by_mentions, actor_features
    ),
    -- in numbers, and only for the best telling, what the next ones are worth
    case when telling_no = 1 then coalesce(next_score, {{ var('no_telling_score') }}) else 0 end as second_score,
    case when telling_no = 1 then coalesce(third_best_score, {{ var('no_telling_score') }}) else 0 end as third_score,
    case when telling_no > 1 then actor_score else 0 end as repeated_score,
    list_distinct([
        'always',
        'telling ' || least(telling_no, 3),
        'tellings ' || least(tellings, 4),
        'better companies ' || least(claim_rank - 1, 2),
        'better companies in sentence ' || least(company_rank - 1, 2),
        'better types in sentence ' || least(type_rank - 1, 2),
        case when is_told_in_title then 'told in title' end,
        case when has_move_cue then 'told by a move cue' end,
        case
            when share >= 0.5 then 'share half' when share >= 0.25 then 'share quarter'
            when share >= 0.1 then 'share tenth' else 'share less'
        end,
        case when place_by_mentions = 1 then 'most named' end,
        case when is_in_title then 'in title' end,
        case when mentions = 1 then 'named once' end,
        -- what a further telling adds to the best one
        case
            when telling_no = 1 then null
            when len(figures) = 0 then 'again without a figure'
            when len(list_intersect(figures, best_figures)) > 0 then 'again the same figure'
            else 'again with a new figure'
        end,
        case
            when telling_no = 1 then null
            when direction is null or best_direction is null then 'again with no direction'
            when direction = best_direction then 'again the same direction'
            else 'again another direction'
        end,
        case
            when telling_no = 1 then null
            when cue_id = best_cue_id then 'again the same cue'
            else 'again another cue'
        end,
        case
            when telling_no = 1 then null
            when abs(sentence_no - best_sentence_no) <= 1 then 'again right away'
            when abs(sentence_no - best_sentence_no) <= 5 then 'again near'
            else 'again far'
        end
    ] || actor_features) as features
from weighed
