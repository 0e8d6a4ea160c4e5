with clauses as (

    select distinct
        article_id,
        sentence_no,
        clause_no
    from {{ ref('stg_clauses') }}

),

marks as (

    select
        cues.article_id,
        cues.sentence_no,
        cues.clause_no,
        lexicon.kind,
        case lexicon.kind when 'unnamed' then 'possible' else lexicon.certainty end as certainty
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind in ('hedge', 'negation', 'unnamed')

)

select
    clauses.article_id,
    clauses.sentence_no,
    clauses.clause_no,
    coalesce(bool_or(marks.kind = 'negation'), false) as is_negated,
    coalesce(max({{ rank_of_certainty('marks.certainty') }}), 0) as hedge_rank
from clauses
left join marks
    on
        clauses.article_id = marks.article_id
        and clauses.sentence_no = marks.sentence_no
        and clauses.clause_no = marks.clause_no
group by all
