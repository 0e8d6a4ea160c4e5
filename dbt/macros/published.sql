{# A mart as the published views name it: without the database, which in a snapshot has the name of its file. #}
{% macro published(mart) -%}
    {{ ref(mart).include(database=false) }}
{%- endmacro %}

{# When an article makes its claims known: when it was published, or else fetched. #}
{% macro claimed_at(articles) -%}
    coalesce({{ articles }}.published_at, {{ articles }}.fetched_at)
{%- endmacro %}
