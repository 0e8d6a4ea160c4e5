with versions as (

    select
        versions.article_id,
        versions.version,
        versions.version = versions.version_count as is_newest,
        raw_rows.version_id,
        raw_rows.archive_date,
        raw_rows.published_at,
        raw_rows.modified_at,
        raw_rows.fetched_at,
        raw_rows.title,
        raw_rows.word_count,
        raw_rows.content_hash,
        string_split(raw_rows.text, e'\n\n') as paragraphs
    from {{ ref('all_versions') }} as versions
    semi join {{ ref('changed_articles') }} using (article_id)
    inner join {{ source('raw', 'articles') }} as raw_rows using (version_id, archive_date)
    qualify row_number() over (partition by versions.version_id order by raw_rows.loaded_at) = 1

),

compared as (

    select
        *,
        lag(title) over version_order as title_before,
        lag(paragraphs) over version_order as paragraphs_before
    from versions
    window version_order as (partition by article_id order by version)

)

select
    article_id,
    cast(version as integer) as version,
    version_id,
    is_newest,
    archive_date,
    published_at,
    modified_at,
    fetched_at,
    title,
    word_count,
    content_hash,
    version > 1 and coalesce(title, '') != coalesce(title_before, '') as is_title_changed,
    case when version > 1 then list_filter(paragraphs, p -> not list_contains(paragraphs_before, p)) else [] end
        as paragraphs_added,
    case when version > 1 then list_filter(paragraphs_before, p -> not list_contains(paragraphs, p)) else [] end
        as paragraphs_removed
from compared
