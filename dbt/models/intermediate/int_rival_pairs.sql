{% set constructions = [
    'int_rivals_by_noun', 'int_rivals_by_verb', 'int_rivals_by_contrast', 'int_rivals_by_preposition',
    'int_rivals_by_rank', 'int_rivals_for_target',
] %}
with together as (

    {% for construction in constructions %}
        select
            article_id,
            region,
            sentence_no,
            sentence_no as cue_sentence_no,
            region as cue_region,
            clause_no,
            cue_id,
            strength,
            needs_field,
            construction,
            one_id,
            other_id
        from {{ ref(construction) }}
        union all
    {% endfor %}
    select * exclude (start_char) from {{ ref('int_rivals_unnamed') }}

),

in_a_field as (

    -- words that also compare other things count between companies of one field only, a field unknown is none
    select together.*
    from together
    inner join {{ ref('int_companies') }} as one on together.one_id = one.company_id
    inner join {{ ref('int_companies') }} as other on together.other_id = other.company_id
    where
        not together.needs_field
        or list_has_any({{ fields_of_sector('one.sector') }}, {{ fields_of_sector('other.sector') }})

),

allied as (

    select
        article_id,
        one_id,
        other_id
    from {{ ref('int_allied_companies') }}
    union all
    select
        article_id,
        other_id as one_id,
        one_id as other_id
    from {{ ref('int_allied_companies') }}

),

grouped as (

    select
        one_id,
        other_id,
        is_direct
    from {{ ref('int_grouped_companies') }}

),

direct as (

    select
        one_id,
        other_id
    from grouped
    where is_direct

)

select
    pairs.article_id,
    pairs.region,
    pairs.sentence_no,
    pairs.cue_sentence_no,
    pairs.cue_region,
    pairs.construction || ':' || pairs.cue_id as rule_id,
    least(pairs.one_id, pairs.other_id) as company_a_id,
    greatest(pairs.one_id, pairs.other_id) as company_b_id,
    case when marks.hedge_rank = 2 then 'speculative' else pairs.strength end as strength
from in_a_field as pairs
left join {{ ref('int_clause_certainty') }} as marks
    on
        pairs.article_id = marks.article_id
        and pairs.cue_sentence_no = marks.sentence_no
        and pairs.clause_no = marks.clause_no
-- no rivals merely for being compared: allies of this article, companies of one group
anti join allied
    on
        case when pairs.needs_field then pairs.article_id end = allied.article_id
        and pairs.one_id = allied.one_id
        and pairs.other_id = allied.other_id
anti join grouped
    on
        case when pairs.needs_field then pairs.one_id end = grouped.one_id
        and pairs.other_id = grouped.other_id
-- nor are a parent and what it owns, unless the words say so
anti join direct
    on
        case when pairs.strength = 'implied' then pairs.one_id end = direct.one_id
        and pairs.other_id = direct.other_id
