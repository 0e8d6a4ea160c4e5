-- Of all articles in every build: a company is what all of them together say of it.
select raw_rows.*
from {{ source('raw', 'proposed_companies') }} as raw_rows
inner join {{ ref('newest_versions') }} using (version_id, archive_date)
