-- Companies that may stand on a side of a rivalry: everything in a sentence that stands for one, but papers and agencies.
-- Names of one enumeration share a run_no ("Novartis's Zarxio, Teva (TEVA) und die deutsche Stada"), others have 0.
{% set owned_or_explained = "(''s|’s|''|’|s)?(\s*\([^()]{1,30}\))?(\s+[A-Z0-9][\p{L}\d.&®™-]*){0,3}(\s*\([^()]{1,30}\))?" %}
{% set joint = "\s*(,|/|&|(,\s*)?(und|sowie|oder|wie auch|and|or|as well as|nor|noch))\s*" %}
{% set product = "(([A-Z0-9][\p{L}\d®™-]*\s?){1,3}(,|,?\s*(und|and|as well as))\s+){0,2}" %}
{% set qualified = "(also |even |auch |later |the |der |die |das |den |dem |des |vom |von |to |of )?([a-zäöüß-]+(en|er|e|s) |[\p{L}\d-]+(based|owned) |[A-ZÄÖÜ][\p{L}\d-]+ ){0,2}" %}
with reporters as (

    -- companies that papers cite; film studios and other media houses compete like anyone
    select company_id
    from {{ ref('int_reporting_companies') }}
    where company_id in (select sources.company_id from {{ ref('source_register') }} as sources)

),

entities as (

    select
        entities.*,
        sentences.text as sentence,
        sentences.start_char as sentence_start,
        companies.sector,
        case when companies.sector is not null then {{ fields_of_sector('companies.sector') }} end as fields
    from {{ ref('int_entities') }} as entities
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    inner join {{ ref('int_companies') }} as companies using (company_id)
    anti join reporters on entities.company_id = reporters.company_id
    -- a bank beside such words judges other companies, it does not compete with them
    where not (
        coalesce(companies.sector, '') in ('banking', 'finance')
        and regexp_matches(
            sentences.text,
            '(?i)analyst|price[- ]target|\brat(ing|ed|es)\b|upgrad|downgrad|overweight|underweight|outperform'
            || '|kursziel|einstuf|hochgestuft|herabgestuft|abgestuft|kaufempfehlung'
        )
    )

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
    neighbours.last_end,
    coalesce(runs.run_no, 0) as run_no
from entities
left join neighbours using (article_id, region, sentence_no, start_char)
left join runs using (article_id, region, sentence_no, start_char)
