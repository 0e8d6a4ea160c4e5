-- Companies that may stand on a side of a rivalry: everything in a sentence that stands for one, but reporters.
select
    entities.*,
    sentences.text as sentence,
    sentences.start_char as sentence_start
from {{ ref('int_entities') }} as entities
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
anti join {{ ref('int_reporting_companies') }} using (company_id)
