{# An unordered pair is written once: the alphabetically first company is a. #}
{% test pair_is_ordered(model) %}
select *
from {{ model }}
where company_a_id >= company_b_id
{% endtest %}
