{#
The promise of the warehouse: the evidence of every row stands in the article at the row's offsets.
#}
{% test evidence_at_offset(model, evidence) %}
select rows_with_evidence.*
from {{ model }} as rows_with_evidence
inner join {{ ref('articles') }} as articles using (article_id)
where
    rows_with_evidence.{{ evidence }} is distinct from substr(
        case when rows_with_evidence.region = 'title' then articles.title else articles.text end,
        rows_with_evidence.start_char + 1,
        rows_with_evidence.end_char - rows_with_evidence.start_char
    )
{% endtest %}
