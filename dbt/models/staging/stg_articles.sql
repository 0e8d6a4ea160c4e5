-- rows loaded before these columns existed hold null in them
select
    raw_rows.*
    replace (
        coalesce(raw_rows.is_live_blog, false) as is_live_blog,
        coalesce(raw_rows.faults, map([]::varchar[], []::integer[])) as faults
    ),
    articles.version
from {{ source('raw', 'articles') }} as raw_rows
inner join {{ ref('changed_articles') }} as articles using (version_id, archive_date)
-- a version loaded twice on its date is one article
qualify row_number() over (partition by raw_rows.version_id order by raw_rows.loaded_at) = 1
