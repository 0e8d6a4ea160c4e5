with newest as (

    select
        article_id,
        version_id,
        archive_date,
        version,
        fingerprint
    from {{ ref('article_versions') }}

)

{% if not is_increment() %}

-- depends_on: {{ ref('int_companies') }}, {{ ref('stg_proposed_companies') }}
-- depends_on: {{ source('raw', 'mentions') }}, {{ source('raw', 'persons') }}
select * from newest

{% else %}

,

derived as (

    select *
    from {{ derived('articles') }}

),

different as (

    select article_id
    from (
        select * from newest
        except
        select * from derived
    )

),

companies as (

    select
        company_id,
        hash(companies) as row_hash
    from {{ ref('int_companies') }} as companies

),

derived_companies as (

    select *
    from {{ derived('companies') }}

),

different_companies as (

    (
        select * from companies
        except
        select * from derived_companies
    )
    union all
    (
        select * from derived_companies
        except
        select * from companies
    )

),

affected as (

    -- a company outside the register is what all articles that propose it say of it: a new article may rename it in others
    select article_id
    from {{ ref('stg_proposed_companies') }}
    where company_id in (select company_id from different_companies)
    union all
    select article_id
    from {{ source('raw', 'mentions') }}
    where company_id in (select company_id from different_companies)
    union all
    select article_id
    from {{ source('raw', 'persons') }}
    where organisation_id in (select company_id from different_companies)

)

select *
from newest
where
    article_id in (select article_id from different)
    or article_id in (select article_id from affected)

union all by name

-- articles that are gone, so that their rows go too
select article_id
from derived
anti join newest using (article_id)

{% endif %}
