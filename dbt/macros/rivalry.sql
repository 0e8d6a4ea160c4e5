{# What the models of rivalry share: the text between two places of a sentence, which sectors meet in a market, and the
   patterns of what may stand between a noun of rivalry and a name. Patterns are RE2, where \w knows no umlauts. #}
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

{# Up to three words that lead to a name: articles, adjectives, a noun in apposition ("the bigger US chain "). #}
{% macro lead_words() -%}
    ((the|a|an|die|den|der|dem|das|des|ein|eine|einem|einen|einer|rund um|[a-z-]+maker|[a-z]+(an|ese|ish|ch)
    {{- '|[A-ZÄÖÜ][\\p{L}\\d.-]+|[a-zäöüß-]+e[nrsm]?)[\\s„“”\"»«–-]+){0,3}' }}
{%- endmacro %}

{# Words that open the list of those who are the rivals: "rivals such as …". #}
{% macro list_words() -%}
    ((wie|wie etwa|wie zum Beispiel|wie beispielsweise|etwa|darunter|z\. ?B\.|zum Beispiel|beispielsweise|namens
    {{- '|namentlich|allen voran|vor allem|like|such as|including|e\\.g\\.|namely|especially|particularly|notably' }}
    {{- '|in the form of)[\\s:„“”\"»«–-]+)' }}
{%- endmacro %}

{# "Its main competitors in Spain are …", "Zu den Wettbewerbern gehören …" #}
{% macro copula_before_list() -%}
    (\s(in|im|auf|on|for|of|für|at|within|des|der|von)\s[^,.;:!?]{1,60}?)?
    {{- '\\s(is|are|was|were|include|includes|included|remains|being|ist|sind|war|waren|sei|seien|heißt|heißen' }}
    {{- '|zählt|zählen|zählten|gehört|gehören|gehörten)\\s(auch\\s|also\\s)?' }}
{%- endmacro %}

{% macro finite_verb() -%}
    \b(hat|hatte|hatten|habe|haben|wurde|wurden|wird|werden|konnte|konnten|machte|machten|sollte|sollten|wollte
    {{- '|wollten|musste|mussten)\\b' }}
{%- endmacro %}

{# Between a subject and the noun it is called by: ", its ", ", einem ". #}
{% macro apposition() -%}
    ^(\s*\([^()]*\))?,\s(its|their|the|a|an|another|der|die|dem|den|ein|eine|einer|einem|einen|sein|seinem|ihr|ihrem
    {{- '|seit|once|formerly)\\s[^,.;:]{0,40}$' }}
{%- endmacro %}

{# " ist der größte ", " is one of the ". #}
{% macro predicate() -%}
    ^[^,.;:]{0,30}\b(is|was|are|were|remain|remains|became|ist|war|sind|waren|sei|seien|bleibt|bleiben|wird|wurde
    {{- '|gilt als|gelten als|galt als|galten als)\\b[^,.;:]{0,60}$' }}
{%- endmacro %}

{# What joins two names of an enumeration: the bracket that ends a ticker, a possessive, a ticker in brackets or a
   product of the first ("'s (NVS) Zarxio"), the joint, more products, and what qualifies the second ("the German "). #}
{% macro enumeration_joint() -%}
    ^\)?(''s|’s|''|’|s)?(\s*\([^()]{1,30}\))?(\s+[A-Z0-9][\p{L}\d.&®™-]*){0,3}(\s*\([^()]{1,30}\))?
    {{- '\\s*(,|/|&|(,\\s*)?(und|sowie|oder|wie auch|and|or|as well as|nor|noch))\\s*' }}
    {{- '(([A-Z0-9][\\p{L}\\d®™-]*\\s?){1,3}(,|,?\\s*(und|and|as well as))\\s+){0,2}' }}
    {{- '(also |even |auch |later |the |der |die |das |den |dem |des |vom |von |to |of )?' }}
    {{- '([a-zäöüß-]+(en|er|e|s) |[\\p{L}\\d-]+(based|owned) |[A-ZÄÖÜ][\\p{L}\\d-]+ ){0,2}$' }}
{%- endmacro %}

{# Words between two names that say they belong or work together: "Tochter", "owned by", "supplier". #}
{% macro kinship() -%}
    \b([\p{L}]*[Tt]ochter[\p{L}]*|[\p{L}]*[Mm]utter(konzern|gesellschaft|haus)?s?|Schwester[\p{L}]*
    {{- '|[Tt]eil (von|der|des)|gehört zu[\\p{L}]*|gehörend[\\p{L}]*|[\\p{L}]*[Zz]ulieferer[\\p{L}]*' }}
    {{- '|[\\p{L}]*[Pp]artner[\\p{L}]*|[Gg]emeinschaftsunternehmen|[Kk]ooperation[\\p{L}]*|kooperier[\\p{L}]+' }}
    {{- '|subsidiar[\\p{L}]+|parent|unit|owned by|owner of|division|brands?|suppliers?|partner[\\p{L}]*' }}
    {{- '|joint venture|alliance)\\b' }}
{%- endmacro %}
