-- The quantity that belongs to a claim: of a unit that its type of move is measured in, near its word, and not what
-- the change started from or is compared with. Every line of the penalty is one reason; the smallest sum wins. Figures
-- of other sentences do not count: the evidence of a claim shows its value.
with unit_kinds as (

    select distinct
        unit,
        kind
    from {{ ref('units') }}
    where kind in ('currency', 'percent', 'count')

),

topics as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.start_char,
        cues.end_char,
        lexicon.kind = 'trend' as is_trend
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where (lexicon.kind = 'topic' and lexicon.slot = 'noun') or lexicon.kind = 'trend'

),

quantities as (

    select
        claims.claim_id,
        claims.article_id,
        claims.region,
        claims.sentence_no,
        claims.move_type,
        claims.start_char as claim_start,
        claims.end_char as claim_end,
        quantities.value,
        quantities.unit,
        quantities.preposition,
        quantities.start_char,
        quantities.end_char,
        list_position(string_split(types.value_units, '|'), quantities.unit) as unit_rank,
        list_position(string_split(types.value_units, '|'), unit_kinds.kind) as kind_rank,
        quantities.clause_no = claims.clause_no as shares_clause,
        quantities.start_char < claims.end_char and quantities.end_char > claims.start_char as is_own,
        greatest(quantities.start_char - claims.end_char, claims.start_char - quantities.end_char, 0) as distance,
        {{ words_between('claims', 'quantities', 'sentences.text', 'sentences.start_char') }} as words_between,
        substr(sentences.text, quantities.end_char - sentences.start_char + 1, 24) as words_behind,
        substr(
            sentences.text,
            greatest(quantities.start_char - sentences.start_char - 60, 0) + 1,
            quantities.end_char - quantities.start_char + 140
        ) as words_around
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    inner join {{ ref('stg_quantities') }} as quantities using (article_id, sentence_no, region)
    left join unit_kinds on quantities.unit = unit_kinds.unit

),

neighbours as (

    -- another topic between a claim and a figure takes it; a word of change beside a figure makes it a change
    select
        quantities.claim_id,
        quantities.sentence_no,
        quantities.start_char,
        bool_or(
            not topics.is_trend
            and (
                (topics.start_char >= quantities.claim_end and topics.end_char <= quantities.start_char)
                or (topics.start_char >= quantities.end_char and topics.end_char <= quantities.claim_start)
            )
        ) as is_behind_rival,
        bool_or(
            topics.is_trend
            and topics.start_char - quantities.end_char <= 12
            and quantities.start_char - topics.end_char <= 12
        ) as is_by_trend
    from quantities
    inner join topics using (article_id, region, sentence_no)
    group by all

),

surrounded as (

    select
        quantities.*,
        coalesce(neighbours.is_behind_rival, false) as is_behind_rival,
        coalesce(neighbours.is_by_trend, false) as is_by_trend
    from quantities
    left join neighbours using (claim_id, sentence_no, start_char)

),

weighed as (

    select
        *,
        distance
        + case when is_behind_rival then 50 else 0 end
        + case when is_by_trend and unit in ('percent', 'percentage_points') then -40 else 0 end
        -- "87 percent of its sales" is a share of them
        + case
            when
                unit = 'percent'
                and move_type in ('financial_result', 'sales_change', 'stock_price_change')
                and regexp_matches(words_behind, '^\s*(of|der|des|seiner|ihrer|aller|seines|ihres)\b')
                then 60
            else 0
        end
        -- "beat estimates by 4 cents": not the result, but how far it is from what was thought
        + case
            when
                unit not in ('percent', 'percentage_points')
                and regexp_matches(
                    words_between, '(?i)(estimate|expectation|consensus|forecast|erwartung|schätzung|prognose)'
                )
                then 40
            else 0
        end
        + case when coalesce(unit_rank, kind_rank) > 1 then 80 else 0 end
        + case when shares_clause then 0 else 45 end
        + case when is_own then -50 else 0 end
        + 20 * length(regexp_replace(words_between, '[^,;:]', '', 'g'))
        + case when regexp_matches(words_between, '\b(und|aber|während|and|but|while|whereas)\b') then 30 else 0 end
        + case
            when preposition = 'of' and is_by_trend then 0
            when
                preposition in (
                    'of', 'from', 'nach', 'gegenüber', 'statt', 'als', 'than', 'versus', 'vs', 'against', 'compared'
                )
                then 90
            when preposition in ('below', 'above') then 30
            when preposition in ('bis', 'und') then 45
            else 0
        end
        + case
            when
                regexp_matches(
                    words_behind,
                    '^\W*(expected|erwartet|forecast|prognostiziert|im Vorjahr|(ein|im) Jahr zuvor|a year (ago|earli))'
                )
                then 90
            else 0
        end as penalty
    from surrounded
    where coalesce(unit_rank, kind_rank) > 0

)

select
    claim_id,
    article_id,
    value,
    unit,
    preposition,
    case
        when
            unit in ('percent', 'percentage_points')
            and regexp_matches(
                words_around,
                '(?i)\b(vorjahr\w*|vor einem jahr|jahr zuvor|year[- ](on|over)[- ]year|yoy|y/y'
                || '|year (ago|earlier)|like[- ]for[- ]like|(than|from|over|versus) last year'
                || '|prior[- ]year|previous year)\b'
            )
            then 'previous_year'
        when
            unit in ('percent', 'percentage_points')
            and regexp_matches(
                words_around,
                '(?i)\b(vorquartal\w*|quartal zuvor|quarter[- ](on|over)[- ]quarter|qoq|q/q|(previous|prior) quarter'
                || '|quarter earlier|sequential(ly)?)\b'
            )
            then 'previous_quarter'
    end as compared_with
from weighed
where shares_clause or distance <= 60
qualify row_number() over (
    partition by claim_id order by penalty asc, start_char asc
) = 1
