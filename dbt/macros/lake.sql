{# What DuckLake does not do: it keeps no comments on macros and on columns of views. docs/tables.md has them. #}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- set for_columns = for_columns and not (adapter.is_ducklake(relation) and relation.is_view) -%}
    {{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}
{%- endmacro %}
