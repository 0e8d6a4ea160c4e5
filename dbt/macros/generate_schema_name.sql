{# A schema named in the project file is the schema; else it is main, so that `select * from market_moves` works. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
