-- depends_on: {{ ref('articles') }}
-- depends_on: {{ ref('market_moves') }}
-- depends_on: {{ ref('competitor_claims') }}
-- depends_on: {{ ref('companies') }}
-- depends_on: {{ ref('int_article_words') }}
with
{{ ranked_articles('question') }},

best as (

    select *
    from ranked
    order by score desc, article_id asc
    limit 500

),

claims as (

    select
        'move' as kind,
        moves.move_id as id,
        moves.article_id,
        moves.company_id,
        moves.counterparty as other_company,
        moves.move_type as what,
        moves.certainty,
        moves.source_name,
        moves.evidence
    from main.market_moves as moves
    semi join best on moves.article_id = best.article_id

    union all

    select
        'rivalry' as kind,
        rivals.claim_id as id,
        rivals.article_id,
        rivals.company_a_id as company_id,
        others.name as other_company,
        rivals.strength as what,
        null as certainty,
        null as source_name,
        rivals.evidence
    from main.competitor_claims as rivals
    semi join best on rivals.article_id = best.article_id
    inner join main.companies as others on rivals.company_b_id = others.company_id

),

split as (

    select
        claims.*,
        articles.language,
        {{ claimed_at('articles') }} as claimed_at,
        articles.publisher,
        articles.title,
        articles.url,
        {{ tokens_of('claims.evidence') }} as tokens
    from claims
    inner join main.articles as articles on claims.article_id = articles.article_id

),

scored as (

    select
        split.kind,
        split.id,
        sum(terms.rarity) as score
    from split
    inner join terms
        on list_contains(
            list_transform(split.tokens, token -> {{ term_of('lower(token)', 'split.language') }}), terms.term
        )
    group by split.kind, split.id

)

select
    round(scored.score, 2) as score,
    split.claimed_at,
    split.kind,
    split.company_id,
    companies.name as company,
    split.what,
    split.certainty,
    split.other_company,
    {{ marked('split.tokens', 'sought.terms', 'split.language') }} as evidence,
    split.source_name,
    split.publisher,
    split.title,
    split.url,
    split.article_id,
    split.id
from scored
inner join split on scored.kind = split.kind and scored.id = split.id
inner join main.companies as companies on split.company_id = companies.company_id
cross join sought
order by score desc, split.claimed_at desc, split.id asc
limit n
