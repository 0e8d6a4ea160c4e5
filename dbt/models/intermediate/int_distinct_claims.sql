with told_once as (

    -- two words of one statement ("streicht 250 Stellen") make one claim
    select *
    from {{ ref('int_claim_details') }}
    qualify row_number() over (
        partition by article_id, company_id, move_type, region, sentence_no, abs(value)
        order by kind = 'move' desc, direction is null asc, actor_score desc, start_char asc, cue_id asc
    ) = 1

)

-- The same claim told in two sentences is one row: the one with the best actor and the most detail.
select *
from told_once
qualify row_number() over (
    partition by article_id, company_id, move_type, counterparty_company_id, direction
    order by
        value is null asc, actor_score desc, region = 'title' asc, sentence_no asc, start_char asc, cue_id asc
) = 1
