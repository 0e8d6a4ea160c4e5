select
    article_id,
    field,
    origin,
    value,
    is_chosen
from {{ ref('stg_article_metadata') }}
