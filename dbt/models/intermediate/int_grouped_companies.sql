-- Companies of one group of the register, each with each; direct is a parent with what it owns.
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

)

select
    ones.company_id as one_id,
    others.company_id as other_id,
    ones.parent_id in (ones.company_id, others.company_id) as is_direct
from members as ones
inner join members as others using (parent_id)
where ones.company_id != others.company_id
