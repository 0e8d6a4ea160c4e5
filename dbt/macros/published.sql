{# A mart as the published views name it: without the database, which in a snapshot has the name of its file. #}
{% macro published(mart) -%}
    {{ ref(mart).include(database=false) }}
{%- endmacro %}

{# When an article makes its claims known: when it was published, or else fetched. #}
{% macro claimed_at(articles) -%}
    coalesce({{ articles }}.published_at, {{ articles }}.fetched_at)
{%- endmacro %}

{# A day's week or month in UTC, whatever the zone of the reader's session; and ten times as quick as with a zone. #}
{% macro period_of(part, moment) -%}
    date_trunc('{{ part }}', make_timestamp(epoch_us({{ moment }})))::date
{%- endmacro %}
