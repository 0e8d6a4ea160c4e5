{# Rows of a raw table that belong to the newest version of an article that this build derives. #}
{% macro current_rows(table) -%}
select raw_rows.*
from {{ source('raw', table) }} as raw_rows
inner join {{ ref('changed_articles') }} as articles using (version_id, archive_date)
{%- endmacro %}
