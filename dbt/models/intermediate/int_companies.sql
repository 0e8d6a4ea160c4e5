with proposed as (

    select
        company_id,
        -- the fullest name seen
        arg_min(name, (-length(name), archive_date, name)) as name,
        arg_min(legal_name, (archive_date, name, legal_name)) as legal_name
    from {{ ref('stg_proposed_companies') }}
    group by company_id

),

shipped as (

    select
        company_id,
        name,
        legal_name,
        country,
        sector,
        cast(ticker as varchar) as ticker,
        isin,
        is_listed,
        true as is_registered
    from {{ ref('company_register') }}

),

-- The user's own row of a company stands for the shipped one.
register as (

    select
        company_id,
        name,
        legal_name,
        country,
        sector,
        ticker,
        isin,
        is_listed,
        true as is_registered
    from {{ ref('stg_own_companies') }}

    union all

    select shipped.*
    from shipped
    anti join {{ ref('stg_own_companies') }} using (company_id)

)

select * from register

union all

select
    proposed.company_id,
    proposed.name,
    proposed.legal_name,
    null as country,
    null as sector,
    null as ticker,
    null as isin,
    null as is_listed,
    false as is_registered
from proposed
anti join register using (company_id)
