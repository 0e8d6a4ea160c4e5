{# Full-text search. The stemmer is that of DuckDB's extension fts; its index would have to be made anew with every day,
   ours is kept by article: int_article_words. #}

{# The words of a text, in lower case. #}
{% macro words_of(text) -%}
    regexp_extract_all(lower({{ text }}), '[\p{L}\p{N}]+')
{%- endmacro %}

{# What stands in the index for a word: the hash of its stem. Every language but German is stemmed as English. #}
{% macro term_of(word, language) -%}
    hash(stem({{ word }}, case {{ language }} when 'de' then 'german' else 'english' end))
{%- endmacro %}

{# A text with the words that were asked for between stars. #}
{% macro marked(tokens, terms, language) -%}
    array_to_string(
        list_transform(
            {{ tokens }},
            token -> case
                when list_contains({{ terms }}, {{ term_of('lower(token)', language) }}) then '**' || token || '**' else token
            end
        ),
        ''
    )
{%- endmacro %}

{# A text as words and what stands between them. #}
{% macro tokens_of(text) -%}
    regexp_extract_all({{ text }}, '[\p{L}\p{N}]+|[^\p{L}\p{N}]+')
{%- endmacro %}

{# Articles with words that were asked for, and their BM25 score (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75). #}
{% macro ranked_articles(question) -%}
    asked as (

        -- whatever language it is asked in, so that "Insolvenz" finds what it finds
        select distinct {{ term_of('words.word', 'languages.language') }} as term
        from (select unnest({{ words_of(question) }}) as word) as words
        cross join (values ('de'), ('en')) as languages (language)

    ),

    sought as (

        select list(term) as terms
        from asked

    ),

    hits as (

        select
            indexed.article_id,
            indexed.term,
            indexed.weight
        from intermediate.int_article_words as indexed
        inner join asked on indexed.term = asked.term

    ),

    archive as (

        select
            count(*) as articles,
            avg(word_count) as words
        from main.articles

    ),

    terms as (

        select
            hits.term,
            ln(1 + (any_value(archive.articles) - count(*) + 0.5) / (count(*) + 0.5)) as rarity
        from hits
        cross join archive
        group by hits.term

    ),

    ranked as (

        select
            hits.article_id,
            sum(
                terms.rarity * hits.weight * 2.2
                / (hits.weight + 1.2 * (0.25 + 0.75 * articles.word_count / archive.words))
            ) as score
        from hits
        inner join terms on hits.term = terms.term
        inner join main.articles as articles on hits.article_id = articles.article_id
        cross join archive
        group by hits.article_id

    )
{%- endmacro %}

{# A table macro: a view that takes arguments. It stands in the file as views do, and names tables without the
   database. #}
{% materialization table_macro, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- call statement('main') -%}
        create or replace macro {{ target }} ({{ config.get('meta')['arguments'] }}) as table (
            {{ compiled_code }}
        );
        {% if not adapter.is_ducklake(target) %}
            comment on macro table {{ target }} is $comment${{ model.description }}$comment$;
        {% endif %}
    {%- endcall -%}
    {% do adapter.commit() %}
    {{ return({'relations': []}) }}
{% endmaterialization %}
