select
    {{ stable_id(['attributions.article_id', 'attributions.region', 'attributions.sentence_no', 'attributions.source_id']) }}
        as attribution_id,
    attributions.article_id,
    attributions.source_id,
    attributions.source_name,
    attributions.source_kind,
    companies.name as organisation,
    attributions.company_id,
    attributions.via,
    attributions.cue,
    attributions.manner,
    attributions.evidence,
    attributions.region,
    attributions.sentence_no,
    attributions.start_char,
    attributions.end_char,
    attributions.rule_id
from {{ ref('int_attributions') }} as attributions
left join {{ ref('int_companies') }} as companies using (company_id)
