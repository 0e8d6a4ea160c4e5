-- Whom a sentence speaks of when it names nobody ("Its rival Lidl grew"): the subject of the sentence before it,
-- unless that sentence names the article's protagonist too, or nobody.
with marked as (

    select distinct
        article_id,
        region,
        sentence_no
    from {{ ref('int_rival_cues') }}

),

before_them as (

    select
        marked.article_id,
        marked.region,
        marked.sentence_no,
        names.company_id,
        names.start_char,
        protagonists.company_id as protagonist_id,
        bool_or(names.company_id = protagonists.company_id) over (
            partition by marked.article_id, marked.region, marked.sentence_no
        ) as names_protagonist,
        coalesce(
            names.preposition is null
            and names.compound_head is null
            and not names.is_genitive
            and names.run_no = 0
            and names.kind in ('name', 'description'),
            false
        ) as is_subject
    from marked
    left join {{ ref('int_protagonists') }} as protagonists using (article_id)
    left join {{ ref('int_rival_names') }} as names
        on
            marked.article_id = names.article_id
            and marked.region = names.region
            and names.sentence_no = marked.sentence_no - 1

)

select
    article_id,
    region,
    sentence_no,
    case when is_subject and not coalesce(names_protagonist, false) then company_id else protagonist_id end
        as company_id,
    protagonist_id
from before_them
qualify row_number() over (
    partition by article_id, region, sentence_no order by is_subject desc, start_char asc
) = 1
