{# The words of the contract, each list in one place: models and tests both read it. #}
{% macro claiming_regions() -%}
    ('title', 'lead', 'heading', 'body', 'quote')
{%- endmacro %}

{% macro rank_of_certainty(column) -%}
    case {{ column }} when 'denied' then 3 when 'possible' then 2 when 'announced' then 1 else 0 end
{%- endmacro %}

{% macro rank_of_strength(column) -%}
    case {{ column }} when 'stated' then 3 when 'implied' then 2 when 'speculative' then 1 end
{%- endmacro %}
