-- Companies that may stand on a side of a rivalry: everything in a sentence that stands for one, but reporters.
-- Names of one enumeration share a run_no ("Novartis's Zarxio, Teva (TEVA) und die deutsche Stada"), others have 0.
{% set owned_or_explained = "(''s|’s|''|’|s)?(\s*\([^()]{1,30}\))?(\s+[A-Z0-9][\w.&®™-]*){0,3}(\s*\([^()]{1,30}\))?" %}
{% set joint = "\s*(,|/|&|(,\s*)?(und|sowie|oder|wie auch|and|or|as well as|nor|noch))\s*" %}
{% set product = "(([A-Z0-9][\w®™-]*\s?){1,3}(,|,?\s*(und|and|as well as))\s+){0,2}" %}
{% set qualified = "(also |even |auch |later |the |der |die |das |den |dem |des |vom |von |to |of )?([a-zäöüß-]+(en|er|e|s) |[\w-]+(based|owned) |[A-ZÄÖÜ][\w-]+ ){0,2}" %}
with entities as (

    select
        entities.*,
        sentences.text as sentence,
        sentences.start_char as sentence_start,
        companies.sector,
        case when companies.sector is not null then {{ fields_of_sector('companies.sector') }} end as fields
    from {{ ref('int_entities') }} as entities
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    inner join {{ ref('int_companies') }} as companies using (company_id)
    anti join {{ ref('int_reporting_companies') }} as reporters on entities.company_id = reporters.company_id

),

neighbours as (

    select
        *,
        lag(company_id) over before_it as last_id,
        lag(end_char) over before_it as last_end
    from entities
    where kind = 'name'
    window before_it as (partition by article_id, region, sentence_no order by start_char)

),

joined as (

    select
        *,
        coalesce(
            start_char - last_end <= 3 and company_id = last_id
            or (
                start_char - last_end <= 70
                and regexp_matches(
                    {{ text_between('neighbours', 'last_end', 'start_char') }},
                    '^{{ owned_or_explained }}{{ joint }}{{ product }}{{ qualified }}$'
                )
            ),
            false
        ) as is_joined
    from neighbours

),

numbered as (

    select
        *,
        count(*) filter (where not is_joined) over (
            partition by article_id, region, sentence_no order by start_char
        ) as run
    from joined

),

runs as (

    select
        article_id,
        region,
        sentence_no,
        start_char,
        case when count(*) over (partition by article_id, region, sentence_no, run) > 1 then run else 0 end as run_no
    from numbered

)

select
    entities.*,
    coalesce(runs.run_no, 0) as run_no
from entities
left join runs using (article_id, region, sentence_no, start_char)
