with pairs as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        cues.cue_id,
        cues.kind,
        cues.surface,
        cues.move_type,
        cues.direction,
        cues.certainty,
        cues.slot,
        entities.company_id,
        entities.start_char as entity_start,
        entities.end_char as entity_end,
        entities.preposition,
        entities.compound_head,
        entities.is_genitive,
        entities.kind as entity_kind,
        entities.description,
        entities.list_no,
        entities.clause_no = cues.clause_no as shares_clause,
        entities.end_char <= cues.start_char as is_before,
        greatest(cues.start_char - entities.end_char, entities.start_char - cues.end_char, 0) as distance,
        reporting.company_id is not null as is_reporting,
        sentences.has_passive_auxiliary
    from {{ ref('int_claim_cues') }} as cues
    inner join {{ ref('int_entities') }} as entities using (article_id, sentence_no)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no)
    left join {{ ref('int_reporting_companies') }} as reporting using (company_id)

)

-- How well each company of the sentence fills the actor's place of each cue. Every line is one reason; a reader can
-- follow them in `reasons` order. The weights were set on the demo press and checked against labelled articles.
select
    *,
    case when shares_clause then 4 else 0 end
    + case when is_before then 2 else 0 end
    - least(distance / 40.0, 4)
    + case
        when slot = 'subject'
            then
                case
                    when preposition is null and not is_genitive and compound_head is null then 4
                    when has_passive_auxiliary and preposition in ('von', 'vom', 'durch', 'by') then 5
                    when compound_head is not null then -4
                    when is_genitive then -2
                    else -3
                end
        when slot = 'noun'
            then
                case
                    when compound_head is not null and distance <= 1 then 6
                    when is_genitive then 4
                    when preposition = 'in' and kind = 'topic' and distance <= 4 then 4  -- "shares in X"
                    when preposition in ('von', 'vom', 'bei', 'beim', 'of', 'at', 'by', 'durch', 'für', 'for') then 3
                    when preposition is null and compound_head is null then 3
                    when compound_head is not null then -3
                    else -1
                end
        when slot = 'object'
            then
                case
                    when
                        preposition in ('gegen', 'against', 'bei', 'beim', 'für', 'for', 'von', 'vom', 'of', 'an', 'on')
                        then 4
                    when not is_before then 2
                    else 0
                end
        else 0
    end
    - case when is_reporting then 6 else 0 end
    - case when entity_kind = 'name' then 0 else 0.5 end as actor_score
from pairs
