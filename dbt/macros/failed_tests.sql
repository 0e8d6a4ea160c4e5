{#
The data tests of a build in one statement, as a list of what failed: each as a node of its own costs dbt ten times the time that
DuckDB needs for it. A build by hand that has them as nodes runs them as such and not here.
What all of them found is kept in `increment.tested`, for Dagster's checks. Where another portion follows, tests of what is
counted by key wait for the last one.
#}
{% macro failed_tests(is_last) -%}
    {% set counts = [] %}
    {% set views = graph.nodes.values() | selectattr('config.materialized', 'in', ['view', 'per_article_view'])
        | map(attribute='unique_id') | list %}
    {% for test in graph.nodes.values() if test.resource_type == 'test' and test.test_metadata
        and test.unique_id not in selected_resources
        and (test.attached_node in selected_resources or test.attached_node in views)
        and (is_last or not is_of_keys(test)) %}
        {% do counts.append("select '" ~ test.name ~ "' as name, count(*) as failures from (" ~ sql_of_test(test) ~ ")") %}
    {% endfor %}
    {% set told = [] %}
    {% if counts %}
        {% do run_query('create or replace table increment.tested as ' ~ counts | join(' union all ')) %}
        {% do adapter.commit() %}
        {% for row in run_query('select name, failures from increment.tested where failures > 0 order by name').rows %}
            {% do told.append(row[0] ~ ': ' ~ row[1] ~ ' rows') %}
        {% endfor %}
    {% endif %}
    {{ return(told) }}
{%- endmacro %}

{# Whether a test asks a table that is counted by key: of the table's own rows, or of others whose key must stand in it. #}
{% macro is_of_keys(test) -%}
    {% set by_key = models_by_key() | map(attribute='unique_id') | list %}
    {{ return(test.depends_on.nodes | select('in', by_key) | list | length > 0) }}
{%- endmacro %}

{# The query of a generic test, which gives the rows that fail. #}
{% macro sql_of_test(test) -%}
    {% set arguments = {} %}
    {% for name, value in test.test_metadata.kwargs.items() %}
        {% set referred = modules.re.fullmatch("ref\\('(\\w+)'\\)", value) if value is string else none %}
        {% do arguments.update({name: relation_of('model.claimhouse.' ~ referred.group(1)) if referred else value}) %}
    {% endfor %}
    {% do arguments.update({'model': rows_to_test(relation_of(test.attached_node), is_of_keys(test))}) %}
    {{ return(context['test_' ~ test.test_metadata.name](**arguments)) }}
{%- endmacro %}

{% macro relation_of(unique_id) -%}
    {% set node = graph.nodes.get(unique_id) or graph.nodes[unique_id | replace('model.', 'seed.')] %}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{%- endmacro %}
