-- An enumeration of a market's leaders: "the big three, Aldi, Lidl and Rewe", "Aldi und Lidl sind die beiden größten
-- Händler". Each of the enumeration competes with each.
{% set copula = "(are|were|remain|rank|count|form|sind|waren|seien|bleiben|zählen|gehören|bilden)" %}
with members as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char as cue_start,
        cues.cue_id,
        cues.strength,
        cues.slot,
        names.company_id,
        names.run_no,
        names.start_char,
        names.end_char,
        min(names.start_char) over run as run_start,
        max(names.end_char) over run as run_end,
        names.sentence,
        names.sentence_start,
        cues.end_char as cue_end
    from {{ ref('int_rival_cues') }} as cues
    inner join {{ ref('int_rival_names') }} as names using (article_id, region, sentence_no)
    where cues.slot in ('ranking', 'leader') and names.run_no > 0
    window
        run as (partition by cues.article_id, cues.region, cues.start_char, cues.cue_id, names.run_no)

),

ranked as (

    -- the enumeration follows the words, or they are said of it by a copula behind or before it
    select *
    from members
    where
        run_start >= cue_end
        and regexp_matches(
            {{ text_between('members', 'cue_end', 'run_start') }},
            case slot when 'ranking' then '^[^.;!?]{0,60}$' else '^\s$' end
        )
        or run_end <= cue_start
        and regexp_matches(
            {{ text_between('members', 'run_end', 'cue_start') }},
            '^[^.;!?]{0,30}\b{{ copula }}\b[^.;!?]{0,30}$|^\s$'
        )
        or run_end <= cue_start
        and regexp_matches({{ text_between('members', 'sentence_start', 'run_start') }}, '\b{{ copula }}\s$')
        and regexp_matches({{ text_between('members', 'run_end', 'cue_start') }}, '^[^.;!?]{0,40}$')

)

select
    ones.article_id,
    ones.region,
    ones.sentence_no,
    ones.clause_no,
    ones.cue_start as start_char,
    ones.cue_id,
    ones.strength,
    false as needs_field,
    'rivals-ranked' as construction,
    ones.company_id as one_id,
    others.company_id as other_id
from ranked as ones
inner join ranked as others using (article_id, region, sentence_no, cue_start, cue_id, run_no)
where ones.start_char < others.start_char and ones.company_id != others.company_id
