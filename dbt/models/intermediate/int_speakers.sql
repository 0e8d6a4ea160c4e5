-- Everyone in a sentence who could have said something.
with persons as (

    select
        persons.article_id,
        persons.region,
        persons.sentence_no,
        persons.clause_no,
        persons.start_char,
        persons.end_char,
        persons.name as source_name,
        case
            when
                persons.role ilike '%analyst%' and companies.sector in ('banking', 'finance', 'insurance')
                then 'bank_analyst'
            else 'person'
        end as source_kind,
        {{ slug('persons.name') }} as source_id,
        persons.organisation_id as company_id,
        cast(null as varchar) as preposition,
        cast(null as varchar) as compound_head
    from {{ ref('stg_persons') }} as persons
    left join {{ ref('int_companies') }} as companies on persons.organisation_id = companies.company_id

),

named_sources as (

    select
        mentions.article_id,
        mentions.region,
        mentions.sentence_no,
        mentions.clause_no,
        mentions.start_char,
        mentions.end_char,
        -- "des Kartellamts": the name without its genitive
        case
            when mentions.surface = lexicon.name || 's' then lexicon.name
            when mentions.determiner in ('des', 'eines') and mentions.surface not like '% %'
                then regexp_replace(regexp_replace(mentions.surface, '(richt|mt|nd|nst)es$', '\1'), '([^s])s$', '\1')
            else mentions.surface
        end as source_name,
        coalesce(lexicon.kind, mentions.kind) as source_kind,
        mentions.source_id,
        lexicon.company_id,
        mentions.preposition,
        mentions.compound_head
    from {{ ref('stg_source_mentions') }} as mentions
    left join {{ ref('source_register') }} as lexicon using (source_id)

),

spokespeople as (

    select
        article_id,
        sentence_no,
        start_char,
        end_char
    from {{ ref('stg_cues') }}
    where cue_id in ('de-sprecher', 'en-spokesman')

),

companies as (

    select
        mentions.article_id,
        mentions.region,
        mentions.sentence_no,
        mentions.clause_no,
        mentions.start_char,
        mentions.end_char,
        mentions.surface as source_name,
        case companies.sector
            when 'news_agency' then 'news_agency' when 'media' then 'medium' when 'research' then 'research_firm' else
                'company'
        end as source_kind,
        mentions.company_id as source_id,
        mentions.company_id,
        -- "a spokesman for X", "eine Sprecherin von X": the company speaks
        case when spokespeople.start_char is null then mentions.preposition end as preposition,
        -- "X-Sprecherin Eva Muster", "X's counsel, Eva Muster": the person speaks
        case when persons.start_char is null then mentions.compound_head else 'Person' end as compound_head
    from {{ ref('stg_mentions') }} as mentions
    left join persons
        on
            -- within the comparison: for a condition of its own DuckDB compares every mention with every person
            case when mentions.compound_head is not null or mentions.is_genitive then mentions.article_id end
            = persons.article_id
            and mentions.sentence_no = persons.sentence_no
            and persons.start_char between mentions.end_char and mentions.end_char + 40
    left join spokespeople
        on
            mentions.article_id = spokespeople.article_id
            and mentions.sentence_no = spokespeople.sentence_no
            and mentions.start_char between spokespeople.end_char and spokespeople.end_char + 15
    inner join {{ ref('int_companies') }} as companies on mentions.company_id = companies.company_id
    where
        not exists (
            select 1
            from named_sources
            where
                named_sources.article_id = mentions.article_id
                and named_sources.sentence_no = mentions.sentence_no
                and named_sources.start_char < mentions.end_char
                and mentions.start_char < named_sources.end_char
        )
    qualify row_number() over (
        partition by mentions.article_id, mentions.sentence_no, mentions.start_char order by persons.start_char
    ) = 1

),

surfaces as (

    -- how the article itself writes the company: in its first mention outside compounds
    select
        article_id,
        company_id,
        arg_min(surface, (case when compound_head is null then 0 else 1 end, sentence_no, start_char)) as surface
    from {{ ref('stg_mentions') }}
    where region in {{ claiming_regions() }} and region != 'title'
    group by all

),

described as (

    select
        refs.article_id,
        refs.region,
        refs.sentence_no,
        refs.clause_no,
        refs.start_char,
        refs.end_char,
        coalesce(surfaces.surface, companies.name) as source_name,
        'company' as source_kind,
        resolved.company_id as source_id,
        resolved.company_id,
        refs.preposition,
        refs.compound_head,
        refs.kind = 'pronoun' as is_pronoun
    from {{ ref('stg_references') }} as refs
    inner join {{ ref('int_reference_companies') }} as resolved using (article_id, sentence_no, start_char)
    inner join {{ ref('int_companies') }} as companies on resolved.company_id = companies.company_id
    left join surfaces on refs.article_id = surfaces.article_id and resolved.company_id = surfaces.company_id
    where refs.kind != 'possessive'

),

named_before as (

    -- whom "er" and "sie" may stand for: persons, and whoever spoke without a name of his own
    select
        article_id,
        sentence_no,
        start_char,
        name,
        'person' as kind,
        organisation_id
    from {{ ref('stg_persons') }}
    where region in {{ claiming_regions() }}
    union all
    select
        speakers.article_id,
        speakers.sentence_no,
        speakers.start_char,
        speakers.name,
        case when nouns.kind in ('authority', 'association') then nouns.kind else 'person' end as kind,
        cast(null as varchar) as organisation_id
    from {{ ref('stg_speakers') }} as speakers
    left join {{ ref('cues') }} as nouns on speakers.noun_id = nouns.cue_id
    where
        speakers.region in {{ claiming_regions() }}
        and (speakers.rule_id = 'speaker-name' or nouns.kind in ('role', 'authority', 'association'))
        and not exists (
            select 1
            from {{ ref('stg_persons') }} as persons
            where
                persons.article_id = speakers.article_id
                and persons.sentence_no = speakers.sentence_no
                and persons.start_char between speakers.start_char and speakers.end_char + 2
        )

),

pronouns as (

    -- "sagte er", "she said", "seiner Ansicht nach": the one named last before
    select
        refs.article_id,
        refs.region,
        refs.sentence_no,
        refs.clause_no,
        refs.start_char,
        refs.end_char,
        arg_max(earlier.name, (earlier.sentence_no, earlier.start_char, earlier.name)) as source_name,
        arg_max(
            earlier.kind, (earlier.sentence_no, earlier.start_char, earlier.name, earlier.kind)
        ) as source_kind,
        {{ slug("arg_max(earlier.name, (earlier.sentence_no, earlier.start_char, earlier.name))") }} as source_id,
        arg_max_null(
            earlier.organisation_id,
            (earlier.sentence_no, earlier.start_char, earlier.name, earlier.kind, coalesce(earlier.organisation_id, ''))
        ) as company_id,
        cast(null as varchar) as preposition,
        cast(null as varchar) as compound_head
    from {{ ref('stg_references') }} as refs
    inner join named_before as earlier
        on
            refs.article_id = earlier.article_id
            and (earlier.sentence_no, earlier.start_char) < (refs.sentence_no, refs.start_char)
            and (earlier.kind = 'person' or lower(refs.surface) in ('sie', 'ihrer', 'ihren', 'they', 'their'))
    where
        refs.kind in ('pronoun', 'possessive')
        and lower(refs.surface) in (
            'er', 'sie', 'he', 'she', 'they', 'seiner', 'seinen', 'seinem', 'ihrer', 'ihren', 'ihrem'
        )
    group by all

),

unnamed as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.last_char as end_char,
        cues.surface as source_name,
        'unnamed' as source_kind,
        'unnamed' as source_id,
        cast(null as varchar) as company_id,
        cast(null as varchar) as preposition,
        cast(null as varchar) as compound_head
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'unnamed'

)

select
    *,
    5 as firmness,
    false as is_pronoun
from persons
union all by name
select
    *,
    4 as firmness,
    false as is_pronoun
from named_sources
union all by name
select
    *,
    3 as firmness,
    false as is_pronoun
from companies
union all by name
select
    *,
    2 as firmness
from described
union all by name
select
    *,
    2 as firmness,
    true as is_pronoun
from pronouns
union all by name
select
    *,
    3 as firmness,
    false as is_pronoun
from unnamed
