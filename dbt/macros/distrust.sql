{#
After a build that failed: may the tables be built on? What failed for want of disk, memory or time is taken up by the next
increment, because forget_changed_articles has noted its articles. But rows that a test rejects may be of articles that have
not changed, a seed may be half loaded, and tables that lack or are made otherwise will lack in every increment.
#}
{% macro tables_are_distrusted(results) -%}
    {% for result in results %}
        {% set message = result.message | string %}
        {% if result.status == 'fail' %}
            {{ return(true) }}
        {% elif result.status == 'error' and (
            result.node.resource_type == 'seed'
            or 'Catalog Error' in message or 'Binder Error' in message or 'INTERNAL Error' in message
        ) %}
            {{ return(true) }}
        {% endif %}
    {% endfor %}
    {{ return(false) }}
{%- endmacro %}
