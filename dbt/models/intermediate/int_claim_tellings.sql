-- The sentences that may tell of one company and one type of move, best first, with what speaks for each of them.
with figures as (

    select
        article_id,
        sentence_no,
        list(distinct value) as figures
    from {{ ref('stg_quantities') }}
    group by article_id, sentence_no

),

tellings as (

    select
        candidates.*,
        coalesce(figures.figures, []) as figures
    from {{ ref('int_claim_candidates') }} as candidates
    left join figures using (article_id, sentence_no)
    qualify row_number() over (
        partition by article_id, company_id, move_type, sentence_no
        order by actor_score desc, start_char asc, cue_id asc, entity_start asc
    ) = 1

),

ranked as (

    select
        *,
        row_number() over of_claim as telling_no,
        lead(actor_score, 1) over of_claim as second_score,
        lead(actor_score, 2) over of_claim as third_score,
        count(*) over all_of_claim as tellings,
        max(actor_score) over all_of_claim as best_score,
        bool_or(region = 'title') over all_of_claim as is_told_in_title,
        bool_or(kind = 'move') over all_of_claim as has_move_cue,
        first_value(figures) over of_claim as best_figures,
        first_value(direction) over of_claim as best_direction,
        first_value(cue_id) over of_claim as best_cue_id,
        first_value(sentence_no) over of_claim as best_sentence_no,
        rank() over (
            partition by article_id, sentence_no, move_type order by actor_score desc
        ) as company_rank,
        rank() over (partition by article_id, sentence_no, company_id order by actor_score desc) as type_rank
    from tellings
    window
        of_claim as (
            partition by article_id, company_id, move_type order by actor_score desc, sentence_no asc
        ),
        all_of_claim as (partition by article_id, company_id, move_type)

),

rivalling as (

    select
        article_id,
        company_id,
        move_type,
        rank() over (partition by article_id, move_type order by best_score desc) as claim_rank
    from ranked
    where telling_no = 1

)

select
    ranked.* exclude (features, second_score, third_score, figures, best_figures),
    -- in numbers, and only for the best telling, what the next ones are worth
    case when telling_no = 1 then coalesce(second_score, {{ var('no_telling_score') }}) else 0 end as second_score,
    case when telling_no = 1 then coalesce(third_score, {{ var('no_telling_score') }}) else 0 end as third_score,
    case when telling_no > 1 then actor_score else 0 end as repeated_score,
    list_distinct([
        'always',
        'telling ' || least(telling_no, 3),
        'tellings ' || least(tellings, 4),
        'type ' || move_type,
        'better companies ' || least(claim_rank - 1, 2),
        'better companies in sentence ' || least(company_rank - 1, 2),
        'better types in sentence ' || least(type_rank - 1, 2),
        case when is_told_in_title then 'told in title' end,
        case when has_move_cue then 'told by a move cue' end
    ]
    || case when telling_no = 1 then [] else list_distinct([
        case
            when len(figures) = 0 then 'again without a figure'
            when len(list_intersect(figures, best_figures)) > 0 then 'again the same figure'
            else 'again with a new figure'
        end,
        case
            when direction is null or best_direction is null then 'again with no direction'
            when direction = best_direction then 'again the same direction' else 'again another direction'
        end,
        case when cue_id = best_cue_id then 'again the same cue' else 'again another cue' end,
        case
            when abs(sentence_no - best_sentence_no) <= 1 then 'again right away'
            when abs(sentence_no - best_sentence_no) <= 5 then 'again near' else 'again far'
        end
    ]) end
    || [feature for feature in features if regexp_matches(
        feature, '^(share|region|sentence |named as|cue |most|in title|subject of|agent of|owner of)'
    )]) as features
from ranked
inner join rivalling using (article_id, company_id, move_type)
where telling_no <= {{ var('tellings_per_claim') }}
