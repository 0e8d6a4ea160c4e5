{{ config(meta={'dagster': {'ref': {'name': 'market_moves'}}}) }}
-- A move and the attribution that it names are of the same article and name the same source. The relationships test
-- asks only whether there is such an attribution anywhere. Asked of the rows that this build derived.
select
    moves.move_id,
    moves.article_id,
    attributions.article_id as told_by_article_id
from {{ ref('market_moves') }} as moves
inner join {{ ref('source_attributions') }} as attributions using (attribution_id)
where
    moves.article_id in (select changed.article_id from {{ ref('changed_articles') }} as changed)
    and (moves.article_id != attributions.article_id or moves.source_name is distinct from attributions.source_name)
