with moves as (

    select
        move_id as id,
        article_id,
        claimed_at,
        company_id,
        'move' as kind,
        move_type as what,
        certainty,
        direction,
        counterparty_company_id as other_company_id,
        counterparty as other_company,
        market,
        product,
        value,
        unit,
        source_name,
        evidence,
        region,
        start_char,
        end_char
    from {{ published('market_moves') }}

),

moves_of_others as (

    select
        moves.* replace (
            moves.other_company_id as company_id,
            'move_of_other' as kind,
            moves.company_id as other_company_id,
            companies.name as other_company
        )
    from moves
    inner join {{ published('companies') }} as companies on moves.company_id = companies.company_id
    where moves.other_company_id is not null

),

rivalries as (

    select
        claims.claim_id as id,
        claims.article_id,
        claims.claimed_at,
        sides.company_id,
        'rivalry' as kind,
        claims.strength as what,
        null as certainty,
        null as direction,
        sides.other_company_id,
        companies.name as other_company,
        claims.market,
        null as product,
        null as value,
        null as unit,
        null as source_name,
        claims.evidence,
        claims.region,
        claims.start_char,
        claims.end_char
    from {{ published('competitor_claims') }} as claims
    cross join
        lateral (
            values
            (claims.company_a_id, claims.company_b_id),
            (claims.company_b_id, claims.company_a_id)
        ) as sides (company_id, other_company_id)
    inner join {{ published('companies') }} as companies on sides.other_company_id = companies.company_id

),

entries as (

    select * from moves
    union all by name
    select * from moves_of_others
    union all by name
    select * from rivalries

)

select
    entries.claimed_at,
    entries.company_id,
    companies.name as company,
    entries.kind,
    entries.what,
    entries.certainty,
    entries.direction,
    entries.other_company_id,
    entries.other_company,
    entries.market,
    entries.product,
    entries.value,
    entries.unit,
    entries.source_name,
    articles.publisher,
    articles.title,
    articles.url,
    entries.article_id,
    entries.evidence,
    entries.region,
    entries.start_char,
    entries.end_char,
    entries.id
from entries
inner join {{ published('companies') }} as companies on entries.company_id = companies.company_id
inner join {{ published('articles') }} as articles on entries.article_id = articles.article_id
