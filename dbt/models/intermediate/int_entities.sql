with names as (

    select
        article_id,
        region,
        sentence_no,
        clause_no,
        start_char,
        end_char,
        company_id,
        surface,
        preposition,
        determiner,
        compound_head,
        is_genitive,
        list_no,
        description,
        'name' as kind
    from {{ ref('stg_mentions') }}
    where region in {{ claiming_regions() }}

),

"references" as (

    select
        refs.article_id,
        refs.region,
        refs.sentence_no,
        refs.clause_no,
        refs.start_char,
        refs.end_char,
        resolved.company_id,
        refs.surface,
        refs.preposition,
        refs.determiner,
        refs.compound_head,
        refs.kind = 'possessive'
        or refs.determiner in ('des', 'der')
        and refs.kind = 'description'
        and refs.surface ilike 'des %' as is_genitive,
        0 as list_no,
        null as description,
        refs.kind
    from {{ ref('stg_references') }} as refs
    inner join {{ ref('int_reference_companies') }} as resolved using (article_id, sentence_no, start_char)
    where refs.region in {{ claiming_regions() }}

)

select * from names
union all
select * from "references"
