-- Companies that belong or deal together, and so are no rivals merely for being compared: groups of the register,
-- parties of a deal that the article claims, and those the article calls mother, daughter, partner or supplier.
{% set kinship = "\b([\p{L}\d]*[Tt]ochter[\p{L}\d]*|[\p{L}\d]*[Mm]utter(konzern|gesellschaft|haus)?s?|Schwester[\p{L}\d]*|[Tt]eil (von|der|des)|gehört zu[\p{L}\d]*|gehörend[\p{L}\d]*|[\p{L}\d]*[Zz]ulieferer[\p{L}\d]*|[\p{L}\d]*[Pp]artner[\p{L}\d]*|[Gg]emeinschaftsunternehmen|[Kk]ooperation[\p{L}\d]*|kooperier[\p{L}\d]+|subsidiar[\p{L}\d]+|parent|unit|owned by|owner of|division|brands?|suppliers?|partner[\p{L}\d]*|joint venture|alliance)\b" %}
with groups as (

    select
        one.company_id as one_id,
        other.company_id as other_id,
        one.parent_id = other.company_id or other.parent_id = one.company_id as is_direct
    from (
        select company_id, parent_id from {{ ref('company_groups') }}
        union
        select parent_id, parent_id from {{ ref('company_groups') }}
    ) as one
    inner join (
        select company_id, parent_id from {{ ref('company_groups') }}
        union
        select parent_id, parent_id from {{ ref('company_groups') }}
    ) as other using (parent_id)
    where one.company_id != other.company_id

),

deals as (

    select distinct
        article_id,
        company_id as one_id,
        counterparty_company_id as other_id
    from {{ ref('int_distinct_claims') }}
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
        and regexp_matches({{ text_between('ones', 'ones.end_char', 'others.start_char') }}, '{{ kinship }}')

)

select cast(null as varchar) as article_id, one_id, other_id, is_direct from groups
union all
select article_id, one_id, other_id, false as is_direct from deals
union all
select article_id, one_id, other_id, false as is_direct from called
