{# How stories are kept in step with articles, see keys.sql for the rest. #}

{# Pairs stand under both of their articles: those of a changed one go under the other as well. #}
{% macro forget_pairs(other) -%}
    {% if is_increment() %}
        delete from intermediate.{{ this.identifier }}
        where {{ other }} in (select article_id from increment.changed_articles where had_rows)
    {% endif %}
{%- endmacro %}

{# What is counted by story, before its articles are told apart anew and after that: the keys of `stories`, some of
   which are none then, and of moves, which count how many stories tell of them. #}
{% macro note_keys_of_stories() -%}
    {% if is_increment() %}
        {% for model in models_by_key() if model.config.meta.get('changes') == 'changed_stories' %}
            insert into {{ touched(model) }}
            select distinct {{ keys_of(model) }}
            from {{ counted(model) }}
            where article_id in (select article_id from increment.changed_stories);
        {% endfor %}
    {% endif %}
{%- endmacro %}

{# A number that is no year, of two digits or more: those that are spelled out, or are one digit, tell no two texts
   apart. #}
{% macro is_figure_in_text(word) -%}
    {{ word }} between '0' and ':' and len({{ word }}) > 1 and regexp_full_match({{ word }}, '\d+')
    and not (len({{ word }}) = 4 and {{ word }} between '1900' and '2099')
{%- endmacro %}
