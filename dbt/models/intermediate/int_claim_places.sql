-- Where each company stands to the cue: what governs its name, how near it is, and whether grammar alone makes it act.
with cues as (

    select *
    from {{ ref('int_claim_cues') }}

),

placed as (

    select
        *,
        case
            when entity_kind in ('carried', 'topic') then entity_kind
            when lower(entity_surface) in ('ihm', 'ihn', 'ihnen') then 'oblique'
            when compound_head is not null and is_before and distance <= 1 then 'compound-with-cue'
            when compound_head is not null then 'compound'
            when is_genitive and entity_kind = 'possessive' then 'possessive'
            when is_genitive then 'genitive'
            when preposition in ('durch', 'by') then 'by'
            when preposition in ('von', 'vom', 'of', 'bei', 'beim', 'at') then 'of'
            when preposition in ('laut', 'nach', 'gegenüber', 'according', 'per', 'zufolge') then 'cited'
            when preposition in ('mit', 'with', 'gegen', 'against', 'an', 'to', 'für', 'for') then 'with-or-against'
            when preposition is not null then 'governed'
            when description is not null then 'described'
            else 'bare'
        end as place,
        case when is_before then ' before' else ' behind' end as side,
        row_number() over (
            partition by article_id, sentence_no, start_char, cue_id
            order by entity_start asc, entity_end asc, company_id asc, entity_kind asc
        ) as position,
        min(distance) over (
            partition by article_id, sentence_no, start_char, cue_id, company_id
        ) as company_distance
    from {{ ref('int_claim_companies') }}

),

ordered as (

    select
        *,
        dense_rank() over (
            partition by article_id, sentence_no, start_char, cue_id order by company_distance asc, company_id asc
        ) as nearness
    from placed

)

select
    cues.*,
    placed.* exclude (article_id, sentence_no, start_char, cue_id),
    case
        when
            cues.slot = 'subject' and cues.is_passive and placed.place in ('by', 'of')
            then 'agent of the passive'
        when
            cues.slot = 'subject' and not cues.is_passive
            and placed.place in ('bare', 'described') and placed.is_before and placed.shares_clause
            and placed.nearness <= 2
            then 'subject of the verb'
        when
            cues.slot = 'noun' and (
                placed.place = 'compound-with-cue'
                or (placed.place = 'genitive' and placed.distance <= 12)
                or (placed.place in ('by', 'of') and not placed.is_before and placed.distance <= 12)
            )
            then 'owner of the noun'
    end as construction
from ordered as placed
inner join cues using (article_id, sentence_no, start_char, cue_id)
