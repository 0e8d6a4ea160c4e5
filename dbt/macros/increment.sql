{#
How a build derives no more than what changed.

`changed_articles` lists the articles whose rows are not yet derived from what is loaded. Staging and intermediate models
are about these only: dbt's own relations of them, in schema `increment`, hold what this build derives. What holds for all
articles stands beside them under the names one would look for: `staging.*`, `intermediate.*` and the marts. There the rows of
changed articles are deleted and the new ones inserted; what only the next models read is not kept. What the marts were derived
from is noted when all of a build has succeeded, and forgotten before the first table is touched: a build that dies is made up
for by the next one.
What is counted over all articles is made anew for the keys of changed articles, see keys.sql.

Claimhouse says that an increment will do when neither models nor seeds nor programs have changed since that note
(pipelines/warehouse/derivation.py). Whoever calls dbt by hand derives everything.
#}

{% macro is_increment() -%}
    {{ return(execute and env_var('CLAIMHOUSE_INCREMENT', '') == 'true') }}
{%- endmacro %}

{# The note of what the marts were derived from: `articles`, `companies` or `project`. #}
{% macro derived(what) -%}
    increment.derived_{{ what }}
{%- endmacro %}

{# Before the changed articles are found: when everything is to be derived, nothing is. #}
{% macro begin_derivation() -%}
    {% if not is_increment() %}
        create or replace table {{ derived('articles') }} (
            article_id varchar, version_id varchar, archive_date date, version bigint, fingerprint varchar
        );
        create or replace table {{ derived('companies') }} (company_id varchar, row_hash ubigint);
        {{ forget_touched_keys() }}
        {{ forget_untested_articles() }}
        {{ drop_what_no_model_keeps() if execute }}
        drop table if exists {{ derived('project') }}
    {% endif %}
{%- endmacro %}

{# Tables that an earlier version of the project kept for all articles, and this one does not. #}
{% macro drop_what_no_model_keeps() -%}
    {% set kept = [] %}
    {% for model in graph.nodes.values() if model.resource_type == 'model' %}
        {% do kept.append(model.name) if model.schema == 'intermediate'
            or model.config.materialized == 'per_article' and model.config.meta.get('all_articles') == 'intermediate' %}
    {% endfor %}
    {% for table in list_relations_without_caching(table_of('intermediate', none)) if table['name'] not in kept %}
        {{ drop_existing(table_of('intermediate', table['name'])) }}
    {% endfor %}
{%- endmacro %}

{# Claimhouse derives so many articles in one build, and then builds again: what DuckDB holds is bounded, whatever is loaded. #}
{% macro limited_to_a_portion() -%}
    {% set most = env_var('CLAIMHOUSE_ARTICLES_AT_ONCE', '') if execute %}
    {{- 'limit ' ~ most if most }}
{%- endmacro %}

{# Whether another portion follows this one. Then what is counted by key waits for the last of them. #}
{% macro is_more_to_come() -%}
    {% if not execute or not env_var('CLAIMHOUSE_ARTICLES_AT_ONCE', '') %}
        {{ return(false) }}
    {% endif %}
    {% set compared %}
        select (select count(*) from increment.changed_articles) < (select count(*) from increment.pending_articles)
    {% endset %}
    {{ return(run_query(compared).rows[0][0]) }}
{%- endmacro %}

{# Articles of the portions before this one: what they name has not been counted, so tests of that wait too. #}
{% macro forget_untested_articles() -%}
    create or replace table increment.untested_articles (article_id varchar);
{%- endmacro %}

{% macro note_untested_articles() -%}
    insert into increment.untested_articles
    select article_id from {{ ref('changed_articles') }}
    union
    select article_id from {{ ref('changed_stories') }};
{%- endmacro %}

{#
Before the first table is touched: until the build has come to its end, nobody knows what was derived for these
articles. They are noted without a version, so that the next build takes them up even when they are gone by then. So are
articles that have rows and wait for a later portion: why they are to be derived anew may be known to this build alone.
#}
{% macro forget_changed_articles() -%}
    {% if is_increment() %}{{ note_keys_before() }}{% endif %}
    create or replace temporary table forgotten as
    select article_id from {{ this }}
    union
    select article_id from {{ ref('pending_articles') }} where had_rows;
    delete from {{ derived('articles') }}
    where article_id in (select article_id from forgotten);
    insert into {{ derived('articles') }} by name
    select article_id from forgotten;
    drop table forgotten
{%- endmacro %}

{# An article that was loaded again as it was is not derived again, but the mart says when it was loaded. #}
{% macro note_loading() -%}
    {% if is_increment() %}
        update {{ this }} set loaded_at = versions.loaded_at
        from increment.newest_versions as versions
        where
            articles.article_id = versions.article_id
            and articles.loaded_at is distinct from versions.loaded_at
    {% endif %}
{%- endmacro %}

{#
After the last table. A build of some models only notes nothing. After one that failed the next one derives everything where the
tables are not to be trusted (see distrust.sql), else what this one was about and what has changed since.
#}
{% macro end_derivation(results) -%}
    {# what the data tests refer to besides their own model #}
    {%- set referred = [ref('articles'), ref('changed_articles'), ref('changed_stories')] -%}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set failed = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
        {% set is_last = not failed and not is_more_to_come() %}
        {% set rejected = failed_tests(is_last) if flags.WHICH == 'build' and not failed else [] %}
        {% set tables = graph.nodes.values() | selectattr('config.materialized', 'in', ['per_article', 'per_key', 'whole']) | list %}
        {% if rejected or tables_are_distrusted(results) %}
            {% do run_query('drop table if exists ' ~ derived('project')) %}
            {% do adapter.commit() %}
        {% endif %}
        {% if rejected %}
            {{ exceptions.raise_compiler_error('Data tests failed. ' ~ rejected | join(', ')) }}
        {% elif not failed and tables | map(attribute='unique_id') | reject('in', selected_resources) | list | length == 0 %}
            {{ note_untested_articles() if not is_last }}
            delete from {{ derived('articles') }}
            where article_id in (select article_id from {{ ref('changed_articles') }});
            insert into {{ derived('articles') }} by name
            select article_id, version_id, archive_date, version, fingerprint
            from {{ ref('changed_articles') }}
            where version_id is not null;
            create or replace table {{ derived('companies') }} as
            select company_id, hash(companies) as row_hash
            from intermediate.int_companies as companies;
            {% if is_last %}
                {{ forget_touched_keys() }}
                {{ forget_untested_articles() }}
            {% endif %}
            create or replace table {{ derived('project') }} as
            select '{{ env_var("CLAIMHOUSE_PROJECT", "") }}' as fingerprint
        {% endif %}
    {% endif %}
{%- endmacro %}

{# A relation of this project by schema and name. #}
{% macro table_of(schema, name) -%}
    {{ return(api.Relation.create(database=this.database, schema=schema, identifier=name, type='table')) }}
{%- endmacro %}

{# By hand, some models alone can be made when the relations they read are about all articles. #}
{% macro require_all_articles() -%}
    {% if 'model.claimhouse.pending_articles' not in selected_resources %}
        {% set counted %}
            select
                (select count(*) from increment.changed_articles where version_id is not null)
                = (select count(*) from increment.newest_versions)
        {% endset %}
        {% if not run_query(counted).rows[0][0] %}
            {{ exceptions.raise_compiler_error(
                'The last build derived the changed articles only. Run `dbt build` for all models once, then some of them.'
            ) }}
        {% endif %}
    {% endif %}
{%- endmacro %}

{# Where the articles stand whose rows a model makes anew: the changed ones, or those in the table `meta.changes`. #}
{% macro name_of_articles_made_anew(model) -%}
    {{ return((model.config.meta or {}).get('changes', 'changed_articles')) }}
{%- endmacro %}

{% macro articles_made_anew(model) -%}
    {{ return(table_of('increment', name_of_articles_made_anew(model))) }}
{%- endmacro %}

{# `drop`, whatever it is now. #}
{% macro drop_existing(relation) -%}
    {% set existing = load_cached_relation(relation) %}
    {% if existing is not none %}drop {{ existing.type }} if exists {{ relation }};{% endif %}
{%- endmacro %}

{#
A table with a row or several per article, and a column `article_id`. Where the configuration names a schema under
`meta.all_articles`, the table of all articles stands there, and this relation is about the changed ones. Where it names a table
under `meta.changes`, the rows of the articles in that are made anew.
#}
{% materialization per_article, adapter='duckdb' %}
    {%- set schema_of_all = config.get('meta', {}).get('all_articles') -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set of_all = table_of(schema_of_all or this.schema, this.identifier) -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if is_increment() %}
        {%- call statement('main') -%}
            {% if schema_of_all %}
                {{ drop_existing(target) }}
                create table {{ target }} as (
                    {{ compiled_code }}
                );
            {% endif %}
            -- nothing to look for, and DuckDB does not look, where all articles are new
            delete from {{ of_all }}
            where article_id in (select article_id from {{ articles_made_anew(model) }} where had_rows);
            insert into {{ of_all }} by name (
                {% if schema_of_all %} select * from {{ target }} {% else %} {{ compiled_code }} {% endif %}
            );
        {%- endcall -%}
    {% else %}
        {% do require_all_articles() %}
        {%- call statement('main') -%}
            {{ drop_existing(of_all) }}
            {{ create_table_as(False, of_all, compiled_code) }}
            -- every such table is kept by article
            select article_id from {{ of_all }} limit 0;
            {% if schema_of_all %}
                {{ drop_existing(target) }}
                create view {{ target }} as select * from {{ of_all }};
            {% endif %}
        {%- endcall -%}
        {% do persist_docs(of_all, model) %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# A view of the changed articles' rows, and the same of all articles in the schema `meta.all_articles`. #}
{% materialization per_article_view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set changed, versions = table_of('increment', 'changed_articles'), table_of('increment', 'newest_versions') -%}
    {%- call statement('main') -%}
        create or replace view {{ target }} as (
            {{ compiled_code }}
        );
        create or replace view {{ table_of(config.get('meta')['all_articles'], this.identifier) }} as (
            {{ compiled_code | replace(changed | string, versions | string) }}
        );
    {%- endcall -%}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#
A table made anew by every build: about all articles together, or about what the build derives, where only other models read it.
Fewer statements than dbt's own `table`.
#}
{% materialization whole, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ drop_existing(target) }}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall -%}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
