-- Rivals spoken of without their names: "its peers slipped. Gilead fell", "nimmt der Konkurrenz Kunden ab". Named
-- elsewhere in the article, companies of the same field are meant. A rival bought is named by the deal instead:
-- "Wirecard kauft Wettbewerber" over an article about the takeover of Moip.
with cues as (

    select *
    from {{ ref('int_rival_cues') }} as cues
    where
        slot in ('name', 'peer')
        and not exists (
            select 1
            from {{ ref('int_rivals_by_noun') }} as named
            where
                named.article_id = cues.article_id
                and named.region = cues.region
                and named.start_char = cues.start_char
        )

),

whose as (

    -- the nearest company before the noun, else the protagonist
    select
        cues.*,
        coalesce(names.company_id, protagonists.company_id) as company_id,
        coalesce(names.company_id = protagonists.company_id, true) as is_protagonist
    from cues
    left join {{ ref('int_protagonists') }} as protagonists using (article_id)
    left join {{ ref('int_rival_names') }} as names
        on
            cues.article_id = names.article_id
            and cues.region = names.region
            and cues.sentence_no = names.sentence_no
            and cues.start_char >= names.end_char
            and names.kind != 'description'
    qualify row_number() over (
        partition by cues.article_id, cues.region, cues.start_char, cues.cue_id
        order by names.start_char desc nulls last
    ) = 1

),

fields as (

    select
        company_id,
        {{ fields_of_sector('sector') }} as fields
    from {{ ref('int_companies') }}
    where sector is not null and sector not in ('media', 'finance', 'conglomerate', 'consulting')

),

of_the_field as (

    select
        whose.*,
        names.company_id as rival_id,
        names.sentence_no as rival_sentence_no,
        names.region as rival_region
    from whose
    inner join fields as own using (company_id)
    inner join {{ ref('int_rival_names') }} as names on whose.article_id = names.article_id
    where
        names.kind = 'name'
        and names.company_id != whose.company_id
        and names.fields is not null
        and list_has_any(names.fields, own.fields)
        and (whose.is_protagonist or names.sentence_no between whose.sentence_no - 1 and whose.sentence_no + 3)
        -- one rival without a name is close by, rivals at large may be named anywhere
        and (
            regexp_matches(whose.surface, '(en|ern|er|nz|s|tion)$')
            or names.sentence_no between whose.sentence_no - 1 and whose.sentence_no + 1
        )
    qualify row_number() over (
        partition by whose.article_id, whose.company_id, names.company_id
        order by
            abs(names.sentence_no - whose.sentence_no), names.region = 'title', names.sentence_no, whose.start_char,
            whose.cue_id
    ) = 1

),

bought as (

    select
        whose.*,
        deals.counterparty_company_id as rival_id,
        deals.sentence_no as rival_sentence_no,
        deals.region as rival_region
    from whose
    inner join {{ ref('int_claim_details') }} as deals
        on
            whose.article_id = deals.article_id
            and deals.move_type in ('acquisition', 'merger')
            and deals.counterparty_company_id is not null
            and whose.company_id in (deals.company_id, deals.counterparty_company_id)
    where
        whose.slot = 'name'
        and exists (
            select 1
            from {{ ref('int_claim_cues') }} as claims
            where
                claims.article_id = whose.article_id
                and claims.region = whose.region
                and claims.sentence_no = whose.sentence_no
                and claims.move_type in ('acquisition', 'merger')
        )

)

select
    article_id,
    rival_region as region,
    rival_sentence_no as sentence_no,
    sentence_no as cue_sentence_no,
    region as cue_region,
    clause_no,
    start_char,
    cue_id,
    case when strength = 'stated' then 'implied' else strength end as strength,
    true as needs_field,
    'rivals-unnamed' as construction,
    company_id as one_id,
    rival_id as other_id
from of_the_field

union all

select
    article_id,
    rival_region as region,
    rival_sentence_no as sentence_no,
    sentence_no as cue_sentence_no,
    region as cue_region,
    clause_no,
    start_char,
    cue_id,
    strength,
    false as needs_field,
    'rival-bought' as construction,
    company_id as one_id,
    rival_id as other_id
from bought
where company_id != rival_id
