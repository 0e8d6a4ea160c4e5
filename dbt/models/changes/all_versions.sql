with versions as (

    -- the same version may have been loaded under two archive dates: the earlier one keeps it
    select
        article_id,
        version_id,
        archive_date,
        published_at,
        modified_at,
        fetched_at,
        loaded_at,
        -- rows loaded before there were fingerprints hold null in it
        coalesce(fingerprint, cast(loaded_at as varchar)) as fingerprint
    from {{ source('raw', 'articles') }}
    qualify row_number() over (partition by version_id order by archive_date, loaded_at) = 1

)

select
    article_id,
    version_id,
    archive_date,
    row_number() over version_order as version,
    count(*) over (partition by article_id) as version_count,
    fingerprint,
    loaded_at
from versions
window version_order as (
    partition by article_id
    order by coalesce(modified_at, published_at, fetched_at), archive_date, fetched_at, version_id
)
