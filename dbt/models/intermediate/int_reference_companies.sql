with antecedents as (

    select
        mentions.article_id,
        mentions.company_id,
        mentions.sentence_no,
        mentions.start_char,
        mentions.end_char,
        mentions.list_no > 0 as is_listed,
        mentions.preposition is null and mentions.compound_head is null and not mentions.is_genitive as is_subject
    from {{ ref('stg_mentions') }} as mentions
    anti join {{ ref('int_reporting_companies') }} using (company_id)
    where mentions.region in {{ claiming_regions() }}

),

shares as (

    select
        article_id,
        company_id,
        count(*) / sum(count(*)) over (partition by article_id) as share
    from antecedents
    group by article_id, company_id

),

persons as (

    select
        article_id,
        sentence_no,
        start_char
    from {{ ref('stg_persons') }}
    where region in {{ claiming_regions() }}

),

wanted as (

    select *
    from {{ ref('stg_references') }}
    where
        region in {{ claiming_regions() }}
        and lower(surface) not in ('he', 'she', 'man', 'they')

),

paired as (

    select
        wanted.article_id,
        wanted.sentence_no,
        wanted.start_char,
        wanted.kind,
        wanted.surface,
        antecedents.company_id,
        wanted.sentence_no - antecedents.sentence_no as sentences_back,
        antecedents.is_subject,
        antecedents.start_char as antecedent_start,
        exists(
            select 1
            from persons
            where
                persons.article_id = wanted.article_id
                and persons.sentence_no between antecedents.sentence_no and wanted.sentence_no
                and (persons.sentence_no, persons.start_char) > (antecedents.sentence_no, antecedents.start_char)
                and (persons.sentence_no, persons.start_char) < (wanted.sentence_no, wanted.start_char)
        ) as has_person_between
    from wanted
    inner join antecedents
        on
            wanted.article_id = antecedents.article_id
            and (antecedents.sentence_no, antecedents.start_char) < (wanted.sentence_no, wanted.start_char)
    where
        -- "er", "its", "der Konzern" stand for one company, not for one of a list just named
        not (antecedents.is_listed and wanted.sentence_no = antecedents.sentence_no)
        and (wanted.kind = 'description' or wanted.sentence_no - antecedents.sentence_no <= 2)

)

-- The nearest earlier company that was a subject; a pronoun that a person may claim is left alone.
select
    paired.article_id,
    paired.sentence_no,
    paired.start_char,
    paired.company_id
from paired
left join shares using (article_id, company_id)
where
    paired.kind = 'description'
    or lower(paired.surface) in ('es', 'it', 'its')
    or not paired.has_person_between
qualify row_number() over (
    partition by paired.article_id, paired.sentence_no, paired.start_char
    order by
        least(paired.sentences_back, 6)
        + case when paired.is_subject then 0 else 1.5 end
        - 4 * coalesce(shares.share, 0) asc,
        paired.antecedent_start desc,
        paired.company_id asc
) = 1
