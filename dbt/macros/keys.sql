{#
What is counted over all articles: companies, rivals, sources. An increment makes the rows anew whose key stands in a changed
article, or stood there before. Keys that stood there are noted before the first table is touched, and kept until a build has
come to its end: a build that dies takes none of them with it. Where articles are derived in portions, keys are noted by all of
them and counted by the last.
#}

{# Where the keys of a model are noted. #}
{% macro touched(model) -%}
    increment.touched_{{ model.name }}
{%- endmacro %}

{# Those of them that are being counted: all, or so many that what they count fits into the memory. #}
{% macro being_counted(model) -%}
    increment.counted_{{ model.name }}
{%- endmacro %}

{# In how many goes touched keys are counted. DuckDB cannot put away half of an aggregate, so it must fit: ten rows for each
   article that is derived at once. #}
{% macro goes(model) -%}
    {% set most = 10 * env_var('CLAIMHOUSE_ARTICLES_AT_ONCE', '') | int %}
    {% set all_rows = 'select count(*) from ' ~ counted(model) %}
    {% set of_touched = ' where (' ~ keys_of(model) ~ ') in (select (' ~ keys_of(model) ~ ') from ' ~ touched(model) ~ ')' %}
    {% if not most or run_query(all_rows).rows[0][0] <= most %}
        {{ return(1) }}
    {% endif %}
    {{ return(run_query(all_rows ~ of_touched).rows[0][0] // most + 1) }}
{%- endmacro %}

{% macro models_by_key() -%}
    {{ return(graph.nodes.values() | selectattr('config.materialized', 'equalto', 'per_key') | list if execute else []) }}
{%- endmacro %}

{# What a model counts: a mart, or an intermediate table as it holds all articles. #}
{% macro counted(model) -%}
    {%- set name = model.config.meta['counts'] -%}
    {{ return(table_of('intermediate' if name.startswith('int_') else 'main', name)) }}
{%- endmacro %}

{% macro keys_of(model) -%}
    {{ model.config.meta['keys'] | join(', ') }}
{%- endmacro %}

{# No key is touched, in tables that are made where there are none. #}
{% macro forget_touched_keys() -%}
    {% for model in models_by_key() %}
        create or replace table {{ touched(model) }} (
            {% for key in model.config.meta['keys'] %}
                {{ key }} {{ model.config.meta.get('key_type', 'varchar') }}{{ ', ' if not loop.last }}
            {% endfor %}
        );
    {% endfor %}
{%- endmacro %}

{# The keys in the rows of articles that are about to be derived anew, and the companies that are called otherwise. #}
{% macro note_keys_before() -%}
    {% for model in models_by_key() %}
        insert into {{ touched(model) }}
        select distinct {{ keys_of(model) }}
        from {{ counted(model) }}
        where article_id in (select article_id from {{ this }} where had_rows);
        {% if model.config.meta.get('names_companies') %}
            insert into {{ touched(model) }} {{ different_companies() }};
        {% endif %}
    {% endfor %}
{%- endmacro %}

{# Companies of which other things are known than when the marts were last derived, those no more known among them. #}
{% macro different_companies() -%}
    select coalesce(companies.company_id, derived_companies.company_id) as company_id
    from (
        select
            company_id,
            hash(companies) as row_hash
        from intermediate.int_companies as companies  -- noqa: AL05
    ) as companies
    full outer join {{ derived('companies') }} as derived_companies using (company_id)
    where companies.row_hash is distinct from derived_companies.row_hash
{%- endmacro %}

{# A condition on the rows that a model counts: those of touched keys, in a build of all articles all. #}
{% macro is_touched(relation) -%}
    {% if is_increment() -%}
        ({% for key in model.config.meta['keys'] %}{{ relation }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %})
        in (select ({{ keys_of(model) }}) from {{ being_counted(model) }})
    {%- else -%}
        true
    {%- endif %}
{%- endmacro %}

{# A table with a row per key, made from the rows of `meta.counts`, a table of all articles that is kept by article. #}
{% materialization per_key, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if is_increment() %}
        {%- call statement('main') -%}
            insert into {{ touched(model) }}
            select distinct {{ keys_of(model) }}
            from {{ counted(model) }}
            where article_id in (
                select article_id
                from {{ articles_made_anew(model) }}
            );
        {%- endcall -%}
        {% set goes = goes(model) if not is_more_to_come() else 0 %}
        {% for go in range(goes) %}
            {%- call statement('go') -%}
                create or replace table {{ being_counted(model) }} as
                select distinct {{ keys_of(model) }}
                from {{ touched(model) }}
                where hash({{ keys_of(model) }}) % {{ goes }} = {{ go }};
                delete from {{ target }}
                where ({{ keys_of(model) }}) in (select ({{ keys_of(model) }}) from {{ being_counted(model) }});
                insert into {{ target }} by name (
                    {{ compiled_code }}
                );
            {%- endcall -%}
        {% endfor %}
    {% else %}
        {%- call statement('main') -%}
            {{ drop_existing(target) }}
            {{ create_table_as(False, target, compiled_code) }}
        {%- endcall -%}
        {% do persist_docs(target, model) %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
