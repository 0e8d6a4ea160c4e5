select *
from {{ source('raw', 'collection_log') }}
