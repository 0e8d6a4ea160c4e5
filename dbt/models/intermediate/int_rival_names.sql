-- Companies that may stand on a side of a rivalry: all in a sentence that stands for one, but papers and agencies.
-- Names of one enumeration share a run_no ("Novartis's Zarxio, Teva (TEVA) und die deutsche Stada"), others have 0.
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

spoken as (

    -- "… competes with Airbus, Skyline Metrics wrote": behind a bare comma, who said it and no further rival
    select
        neighbours.*,
        regexp_matches({{ text_between('neighbours', 'last_end', 'start_char') }}, ',\s*$')
        and exists (
            select 1
            from {{ ref('stg_cues') }} as cues
            inner join {{ ref('cues') }} as lexicon using (cue_id)
            where
                lexicon.kind = 'speech'
                and cues.article_id = neighbours.article_id
                and cues.region = neighbours.region
                and cues.start_char between neighbours.end_char and neighbours.end_char + 2
        ) as is_speaking
    from neighbours

),

joined as (

    select
        *,
        coalesce(
            -- the name again in brackets: "Delta's (DAL)"
            start_char - last_end <= 5 and company_id = last_id
            or (
                start_char - last_end <= 70
                and not is_speaking
                and regexp_matches(
                    {{ text_between('spoken', 'last_end', 'start_char') }},
                    '{{ enumeration_joint() }}'
                )
            ),
            false
        ) as is_joined
    from spoken

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
