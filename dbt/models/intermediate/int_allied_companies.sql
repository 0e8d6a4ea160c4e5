-- Companies that belong or deal together, and so are no rivals merely for being compared: groups of the register,
-- parties of a deal that the article claims, and those the article calls mother, daughter, partner or supplier.
with members as (

    -- a parent is a member of its own group
    select
        company_id,
        parent_id
    from {{ ref('company_groups') }}
    union
    select
        parent_id as company_id,
        parent_id
    from {{ ref('company_groups') }}

),

groups as (

    select
        ones.company_id as one_id,
        others.company_id as other_id,
        ones.parent_id in (ones.company_id, others.company_id) as is_direct
    from members as ones
    inner join members as others using (parent_id)
    where ones.company_id != others.company_id

),

deals as (

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

select
    cast(null as varchar) as article_id,
    one_id,
    other_id,
    is_direct
from groups
union all
select
    *,
    false as is_direct
from deals
union all
select
    *,
    false as is_direct
from called
