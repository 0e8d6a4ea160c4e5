{# An id that is the same in every rebuild: sixteen hex digits of the MD5 of what identifies the row. #}
{% macro stable_id(columns) -%}
    substr(md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), ''){% endfor %})), 1, 16)
{%- endmacro %}

{# A readable id of a name: ASCII, lower case, hyphens. The same rule as `slug` in pipelines/annotate/mentions.py. #}
{% macro slug(column) -%}
    trim(regexp_replace(lower(strip_accents(
        replace(replace(replace(replace(lower({{ column }}), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')
    )), '[^a-z0-9]+', '-', 'g'), '-')
{%- endmacro %}
