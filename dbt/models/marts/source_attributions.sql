with identified as (

    select
        *,
        {{ stable_id(['article_id', 'region', 'sentence_no', 'source_id']) }} as attribution_id
    from {{ ref('int_attributions') }}

)

select
    attributions.attribution_id,
    attributions.article_id,
    {{ claimed_at('articles') }} as claimed_at,
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
from identified as attributions
inner join {{ ref('stg_articles') }} as articles using (article_id)
left join {{ ref('int_companies') }} as companies using (company_id)
