{#
The rows that a data test looks at. In an increment these are the rows of changed articles: the others were looked at when
they were derived, and a key of a row holds its article's, so no row of another article can have the same. A build of all
articles, and `dbt test` by hand, looks at all rows.
#}
{% macro get_where_subquery(relation) -%}
    {{ return(rows_to_test(relation)) }}
{%- endmacro %}

{# Of a test that waits for what is counted by key, the rows of the portions before too. #}
{% macro rows_to_test(relation, is_of_keys=false) -%}
    {% set by_article = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'per_article')
        | rejectattr('config.meta.all_articles', 'defined') | selectattr('alias', 'equalto', relation.identifier)
        | list if execute else [] %}
    {% if is_increment() and by_article %}
        {{ return('(select * from ' ~ relation ~ ' where article_id in (select article_id from '
            ~ relation_of('model.claimhouse.' ~ name_of_articles_made_anew(by_article[0]))
            ~ (' union all select article_id from increment.untested_articles' if is_of_keys) ~ '))') }}
    {% endif %}
    {{ return(relation) }}
{%- endmacro %}
