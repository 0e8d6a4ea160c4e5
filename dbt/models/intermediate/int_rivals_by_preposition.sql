-- A company placed by another of its field: "Bosch vor Siemens", "wie Siemens spürt auch Bosch", "second after Boeing".
-- The preposition must govern the name, and one of the two act without one.
select
    ones.article_id,
    ones.region,
    ones.sentence_no,
    ones.clause_no,
    others.start_char,
    others.preposition as cue_id,
    'implied' as strength,
    true as needs_field,
    'rival-beside' as construction,
    ones.company_id as one_id,
    others.company_id as other_id
from {{ ref('int_rival_names') }} as ones
inner join {{ ref('int_rival_names') }} as others using (article_id, region, sentence_no)
where
    ones.company_id != others.company_id
    and ones.kind in ('name', 'description')
    and others.kind = 'name'
    and (
        ones.preposition is null and (ones.run_no = 0 or ones.run_no != others.run_no)
        -- "Like Aldi, Lidl sells online" only looks like an enumeration
        or ones.last_end = others.end_char
        and {{ text_between('ones', 'others.end_char', 'ones.start_char') }} = ', '
        and others.start_char - others.sentence_start < 8
    )
    and ones.compound_head is null
    and others.compound_head is null
    and not ones.is_genitive
    and not others.is_genitive
    and others.preposition in ('vor', 'hinter', 'nach', 'wie', 'als', 'behind', 'after', 'like', 'than')
    and list_has_any(ones.fields, others.fields)
    and abs(ones.start_char - others.start_char) <= 120
