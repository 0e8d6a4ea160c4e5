select
    source_id,
    archive_date,
    discovered,
    fetched,
    unchanged,
    duplicate,
    parsed,
    failed,
    failures
from {{ ref('stg_collection_log') }}
