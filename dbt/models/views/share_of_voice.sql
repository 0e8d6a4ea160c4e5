select
    voices.month,
    voices.company_id,
    companies.name as company,
    companies.sector,
    voices.articles,
    voices.mentions,
    voices.share_of_articles,
    voices.share_of_mentions,
    voices.share_in_sector
from {{ published('int_voices') }} as voices
inner join {{ published('companies') }} as companies on voices.company_id = companies.company_id
