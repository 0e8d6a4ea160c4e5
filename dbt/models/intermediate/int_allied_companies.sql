-- Companies that deal together in an article, and so are no rivals merely for being compared: parties of a deal that it
-- claims, and those it calls mother, daughter, partner or supplier.
with deals as (

    select distinct
        article_id,
        company_id as one_id,
        counterparty_company_id as other_id
    from {{ ref('int_claim_details') }}
    where
        counterparty_company_id is not null
        and move_type in ('acquisition', 'merger', 'divestiture', 'investment', 'partnership', 'patent_deal')

),

called as (

    select distinct
        ones.article_id,
        ones.company_id as one_id,
        others.company_id as other_id
    from {{ ref('int_rival_names') }} as ones
    inner join {{ ref('int_rival_names') }} as others using (article_id, region, sentence_no)
    where
        ones.end_char <= others.start_char
        and others.start_char - ones.end_char <= 60
        and ones.company_id != others.company_id
        and regexp_matches({{ text_between('ones', 'ones.end_char', 'others.start_char') }}, '{{ kinship() }}')

)

select * from deals
union all
select * from called
