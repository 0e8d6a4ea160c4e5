select
    attributions.claimed_at as said_at,
    attributions.source_id,
    sources.name as source,
    attributions.source_name,
    attributions.source_kind,
    attributions.organisation,
    attributions.via,
    attributions.manner,
    attributions.cue,
    moves.company_id,
    companies.name as company,
    moves.move_type,
    moves.certainty,
    moves.counterparty,
    moves.market,
    moves.product,
    moves.value,
    moves.unit,
    attributions.evidence,
    articles.publisher,
    articles.title,
    articles.url,
    attributions.article_id,
    attributions.attribution_id,
    moves.move_id
from {{ published('source_attributions') }} as attributions
inner join {{ published('articles') }} as articles on attributions.article_id = articles.article_id
inner join {{ published('sources') }} as sources on attributions.source_id = sources.source_id
left join {{ published('market_moves') }} as moves on attributions.attribution_id = moves.attribution_id
left join {{ published('companies') }} as companies on moves.company_id = companies.company_id
