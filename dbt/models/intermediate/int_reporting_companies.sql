-- Companies whose business is to report: as a rule they are cited, and seldom act.
select company_id
from {{ ref('int_companies') }}
where sector in ('news_agency', 'media', 'research')
