select
    article_id,
    version_id,
    archive_date,
    version,
    fingerprint,
    had_rows
from {{ ref('pending_articles') }}
-- those that are gone first
order by archive_date nulls first, article_id
{{ limited_to_a_portion() }}
