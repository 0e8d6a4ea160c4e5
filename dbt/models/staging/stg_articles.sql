with versions as (

    -- the same version may have been loaded under two archive dates: the earlier one keeps it
    select *
    from {{ source('raw', 'articles') }}
    qualify row_number() over (partition by version_id order by archive_date, loaded_at) = 1

),

numbered as (

    select
        *,
        row_number() over version_order as version,
        count(*) over (partition by article_id) as version_count
    from versions
    window version_order as (
        partition by article_id
        order by coalesce(modified_at, published_at, fetched_at), archive_date, fetched_at, version_id
    )

)

-- rows loaded before these columns existed hold null in them
select
    * exclude (version_count)
    replace (
        coalesce(is_live_blog, false) as is_live_blog,
        coalesce(faults, map([]::varchar[], []::integer[])) as faults
    )
from numbered
where version = version_count
