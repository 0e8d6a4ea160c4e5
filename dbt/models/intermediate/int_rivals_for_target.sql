-- Those who want the same thing are rivals: two buyers that claim one target, or an enumeration of bidders
-- ("Advent und Cinven sind die letzten Bieter") in or right behind a sentence that speaks of a contest.
with buyers as (

    select
        article_id,
        region,
        sentence_no,
        clause_no,
        start_char,
        cue_id,
        company_id,
        counterparty_company_id as target_id,
        certainty
    from {{ ref('int_claim_details') }}
    where move_type = 'acquisition' and counterparty_company_id is not null

),

contests as (

    select distinct
        article_id,
        sentence_no,
        cue_id,
        strength
    from {{ ref('int_rival_cues') }}
    where slot = 'bidding'
    qualify row_number() over (partition by article_id, sentence_no order by start_char, cue_id) = 1

),

enumerated as (

    select
        contests.cue_id,
        contests.strength,
        names.*
    from {{ ref('int_rival_names') }} as names
    inner join contests
        on
            names.article_id = contests.article_id
            and names.sentence_no between contests.sentence_no and contests.sentence_no + 1
    where names.run_no > 0
    qualify row_number() over (
        partition by names.article_id, names.region, names.start_char order by contests.sentence_no desc
    ) = 1

)

select
    ones.article_id,
    ones.region,
    ones.sentence_no,
    ones.clause_no,
    ones.start_char,
    ones.cue_id,
    'implied' as strength,
    false as needs_field,
    'rival-buyers' as construction,
    ones.company_id as one_id,
    others.company_id as other_id
from buyers as ones
inner join buyers as others using (article_id, target_id)
where
    ones.company_id < others.company_id
    and target_id not in (ones.company_id, others.company_id)
    -- of two that bought it one after the other neither was a bidder against the other
    and not (ones.certainty = 'actual' and others.certainty = 'actual')

union all

select
    ones.article_id,
    ones.region,
    ones.sentence_no,
    ones.clause_no,
    ones.start_char,
    ones.cue_id,
    ones.strength,
    false as needs_field,
    'rival-bidders' as construction,
    ones.company_id as one_id,
    others.company_id as other_id
from enumerated as ones
inner join enumerated as others using (article_id, region, sentence_no, run_no)
where
    ones.start_char < others.start_char
    and ones.company_id != others.company_id
    and coalesce(list_has_any(ones.fields, others.fields), true)
