-- The quantity that belongs to a claim: of a unit that its type of move is measured in, near its word, and not what
-- the change started from or is compared with. Every line of the penalty is one reason; the smallest sum wins.
with unit_kinds as (

    select distinct
        unit,
        kind
    from {{ ref('units') }}
    where kind in ('currency', 'percent', 'count')

),

quantities as (

    select
        claims.claim_id,
        claims.article_id,
        quantities.value,
        quantities.unit,
        quantities.preposition,
        quantities.start_char,
        list_position(string_split(types.value_units, '|'), quantities.unit) as unit_rank,
        list_position(string_split(types.value_units, '|'), unit_kinds.kind) as kind_rank,
        quantities.clause_no = claims.clause_no as shares_clause,
        quantities.start_char < claims.end_char and quantities.end_char > claims.start_char as is_own,
        greatest(quantities.start_char - claims.end_char, claims.start_char - quantities.end_char, 0) as distance,
        case
            when quantities.start_char >= claims.end_char
                then
                    substr(
                        sentences.text,
                        claims.end_char - sentences.start_char + 1,
                        quantities.start_char - claims.end_char
                    )
            when quantities.end_char <= claims.start_char
                then
                    substr(
                        sentences.text,
                        quantities.end_char - sentences.start_char + 1,
                        claims.start_char - quantities.end_char
                    )
            else ''
        end as words_between,
        substr(sentences.text, quantities.end_char - sentences.start_char + 1, 24) as words_behind
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    inner join {{ ref('stg_quantities') }} as quantities using (article_id, sentence_no, region)
    left join unit_kinds on quantities.unit = unit_kinds.unit

),

weighed as (

    select
        *,
        distance
        + case when coalesce(unit_rank, kind_rank) > 1 then 80 else 0 end
        + case when shares_clause then 0 else 45 end
        + case when is_own then -50 else 0 end
        + 20 * length(regexp_replace(words_between, '[^,;:]', '', 'g'))
        + case when regexp_matches(words_between, '\b(und|aber|während|and|but|while|whereas)\b') then 30 else 0 end
        + case
            when preposition in ('of', 'from', 'nach', 'gegenüber', 'statt', 'als', 'than', 'versus', 'vs', 'against', 'compared')
                then 90
            when preposition in ('below', 'above') then 30
            when preposition in ('bis', 'und') then 45
            else 0
        end
        + case
            when
                regexp_matches(
                    words_behind,
                    '^\W*(expected|erwartet|forecast|prognostiziert|im Vorjahr|ein Jahr zuvor|a year (ago|earlier)|im Jahr zuvor)'
                )
                then 90
            else 0
        end as penalty
    from quantities
    where coalesce(unit_rank, kind_rank) > 0

)

select
    claim_id,
    article_id,
    value,
    unit,
    preposition
from weighed
where shares_clause or distance <= 60
qualify row_number() over (partition by claim_id order by penalty asc, start_char asc) = 1
