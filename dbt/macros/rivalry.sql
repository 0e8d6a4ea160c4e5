{# What the models of rivalry share: the text between two places of a sentence, and which sectors meet in a market. #}
{% macro text_between(names, first, last) -%}
    substr({{ names }}.sentence, {{ first }} - {{ names }}.sentence_start + 1, {{ last }} - {{ first }})
{%- endmacro %}

{# The fields a sector's companies compete in. Amazon (internet) meets Walmart (retail) in trade, Bing meets Google. #}
{% macro fields_of_sector(column) -%}
    case {{ column }}
        when 'retail' then ['retail', 'trade']
        when 'internet' then ['internet', 'trade', 'computing']
        when 'software' then ['software', 'computing']
        when 'it_services' then ['software', 'it_services']
        when 'pharma' then ['pharma', 'drugs']
        when 'biotech' then ['biotech', 'drugs']
        when 'logistics' then ['logistics', 'carriage']
        when 'metals' then ['metals', 'mining']
        when 'materials' then ['materials', 'mining']
        when 'energy' then ['energy', 'power']
        when 'utilities' then ['utilities', 'power']
        when 'hospitality' then ['hospitality', 'leisure']
        when 'travel' then ['travel', 'leisure']
        else [{{ column }}]
    end
{%- endmacro %}
