with newest as (

    select
        article_id,
        version_id,
        archive_date,
        version,
        fingerprint
    from {{ ref('newest_versions') }}

),

derived as (

    -- empty when everything is to be derived
    select
        article_id,
        version_id,
        archive_date,
        version,
        fingerprint
    from {{ derived('articles') }}

),

different as (

    select newest.article_id
    from newest
    left join derived using (article_id)
    where
        newest.version_id is distinct from derived.version_id
        or newest.archive_date is distinct from derived.archive_date
        or newest.version is distinct from derived.version
        or newest.fingerprint is distinct from derived.fingerprint

),

different_companies as (

    -- depends on {{ ref('int_companies') }}
    {{ different_companies() }}

),

affected as (

    -- a company outside the register is what all articles that propose it say: a new one may rename it in the others
    select proposals.article_id
    from {{ ref('stg_proposed_companies') }} as proposals
    inner join different_companies using (company_id)
    union all
    select mentions.article_id
    from {{ source('raw', 'mentions') }} as mentions
    inner join different_companies using (company_id)
    union all
    select persons.article_id
    from {{ source('raw', 'persons') }} as persons
    inner join different_companies on persons.organisation_id = different_companies.company_id

),

gone as (

    select derived.article_id
    from derived
    anti join newest using (article_id)

)

select
    article_id,
    version_id,
    archive_date,
    version,
    fingerprint,
    -- tables may hold rows of it
    article_id in (select derived.article_id from derived) as had_rows
from newest
where
    article_id in (select different.article_id from different)
    or article_id in (select affected.article_id from affected)

union all

-- their rows go
select
    article_id,
    null as version_id,
    null as archive_date,
    null as version,
    null as fingerprint,
    true as had_rows
from gone
