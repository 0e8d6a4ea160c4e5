select
    {{ stable_id(['article_id', 'company_id', 'region', 'start_char']) }} as mention_id,
    article_id,
    company_id,
    surface,
    region,
    sentence_no,
    start_char,
    end_char,
    rule_id
from {{ ref('stg_mentions') }}
