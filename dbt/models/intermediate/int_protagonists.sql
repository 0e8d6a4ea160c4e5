with weighed as (

    select
        mentions.article_id,
        mentions.company_id,
        sum(case when mentions.region = 'title' then 3 when mentions.sentence_no = 1 then 2 else 1 end) as weight,
        min(mentions.sentence_no) as first_sentence,
        min(mentions.start_char) as first_char
    from {{ ref('stg_mentions') }} as mentions
    anti join {{ ref('int_reporting_companies') }} using (company_id)
    where mentions.region in {{ claiming_regions() }}
    group by mentions.article_id, mentions.company_id

)

select
    article_id,
    company_id,
    weight,
    weight / sum(weight) over (partition by article_id) as share
from weighed
qualify row_number() over (
    partition by article_id order by weight desc, first_sentence asc, first_char asc, company_id asc
) = 1
