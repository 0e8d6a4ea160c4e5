select
    article_id,
    version_id,
    archive_date,
    version,
    fingerprint,
    loaded_at
from {{ ref('all_versions') }}
where version = version_count
