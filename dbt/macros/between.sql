{# What lies between a claim's word and another place of its sentence, whichever comes first. `claims` and `other` are
   relations with start_char and end_char; nothing lies between places that overlap. #}
{% macro words_between(claims, other, text, sentence_start) -%}
    case
        when {{ other }}.end_char <= {{ claims }}.start_char
            then
                substr(
                    {{ text }},
                    {{ other }}.end_char - {{ sentence_start }} + 1,
                    {{ claims }}.start_char - {{ other }}.end_char
                )
        when {{ other }}.start_char >= {{ claims }}.end_char
            then
                substr(
                    {{ text }},
                    {{ claims }}.end_char - {{ sentence_start }} + 1,
                    {{ other }}.start_char - {{ claims }}.end_char
                )
        else ''
    end
{%- endmacro %}
