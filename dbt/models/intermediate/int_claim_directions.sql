-- Which way a claimed number went. A word that moves by itself ("Stellenabbau") says it; a topic ("Umsatz") is moved by
-- the nearest word of change, and what falls for the better ("Verlust verringert") is turned round.
with claims as (

    select
        claims.*,
        lexicon.direction as own_direction,
        coalesce(lexicon.kind = 'topic' and lexicon.slot = 'subject', false) as is_movement,
        types.has_direction,
        sentences.text,
        sentences.start_char as sentence_start
    from {{ ref('int_claims') }} as claims
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('move_types') }} as types on claims.move_type = types.move_type
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)

),

trends as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        lexicon.kind,
        lexicon.direction,
        -- "geringere", "geringer Schäden", "lower fees were": stands before the noun it is about
        lexicon.kind = 'tendency'
        and case
            when lexicon.language = 'de'
                then
                    regexp_matches(cues.surface, '^[a-zäöü]+(er|end|ig|iv|ach|ark|id|ust|gut|satt)(e|er|en|es|em)$')
                    or (
                        regexp_matches(cues.surface, '^[a-zäöü]+$')
                        and regexp_matches(
                            substr(sentences.text, cues.end_char - sentences.start_char + 1, 12), '^ [A-ZÄÖÜ][a-zäöü]'
                        )
                    )
            else
                regexp_matches(
                    cues.surface,
                    '^(better|higher|stronger|greater|bigger|more|rising|growing|increasing|strong|solid|robust|healthy'
                    || '|impressive|positive|worse|lower|weaker|smaller|fewer|less|slower|falling|declining|shrinking'
                    || '|slowing|weak|soft|sluggish|disappointing|poor|negative|lackluster)$'
                )
                and regexp_matches(
                    substr(sentences.text, cues.end_char - sentences.start_char + 1, 12), '^ [A-Za-z]{3}'
                )
                and not regexp_matches(
                    substr(sentences.text, cues.end_char - sentences.start_char + 1, 12),
                    '^ (than|and|but|for|from|after|year|this|last|over|with|while|amid|because|due|the|its|into)\b'
                )
        end as is_attribute,
        -- "sales did not recover" is no good news, and what did not fall has not moved
        regexp_matches(
            substr(
                sentences.text,
                greatest(cues.start_char - sentences.start_char - 14, 0) + 1,
                least(cues.start_char - sentences.start_char, 14)
            ),
            '(?i)(\bnot|n.t|\bnicht|\bkaum|\bnever|\bfailed to|\bunable to)\s+(mehr\s+|to\s+|wieder\s+)?$'
        ) as is_negated
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, region, sentence_no)
    where lexicon.kind in ('trend', 'tendency')

),

topics as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.start_char,
        cues.end_char
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    where lexicon.kind = 'topic' and lexicon.slot = 'noun'

),

rivals as (

    -- a word of change behind another topic moves that one: "Der Umsatz lag bei 5 Millionen, der Gewinn sank"
    select distinct
        claims.claim_id,
        trends.start_char
    from claims
    inner join trends using (article_id, region, sentence_no)
    inner join topics using (article_id, region, sentence_no)
    where
        claims.has_direction
        and (
            (topics.start_char >= claims.end_char and topics.end_char <= trends.start_char)
            or (topics.start_char >= trends.end_char and topics.end_char <= claims.start_char)
        )

),

pairs as (

    select
        claims.claim_id,
        trends.kind,
        case when trends.is_negated then 'down' else trends.direction end as direction,
        trends.start_char,
        rivals.start_char is not null as is_behind_rival,
        trends.is_attribute,
        trends.start_char < claims.start_char as is_before,
        trends.clause_no = claims.clause_no as shares_clause,
        trends.start_char < claims.end_char and trends.end_char > claims.start_char as is_own,
        {{ words_between('claims', 'trends', 'claims.text', 'claims.sentence_start') }} as words_between
    from claims
    inner join trends using (article_id, region, sentence_no)
    left join rivals on claims.claim_id = rivals.claim_id and trends.start_char = rivals.start_char
    where claims.has_direction and not (trends.is_negated and trends.direction = 'down')

),

weighed as (

    select
        *,
        case when is_behind_rival then 50 else 0 end as detour,
        length(words_between)
        + case when kind = 'tendency' then 20 else 0 end
        + case when shares_clause then 0 else 60 end
        + case when is_attribute and not (is_before and length(words_between) <= 20) then 150 else 0 end
        + 40 * length(regexp_replace(words_between, '[^,;:]', '', 'g'))
        + case when regexp_matches(words_between, '\b(und|aber|während|and|but|while|whereas)\b') then 40 else 0 end
            as distance
    from pairs

),

nearest as (

    select
        claim_id,
        arg_min(direction, (distance + detour, start_char, direction)) filter (
            where not is_own and distance <= 180
        ) as direction,
        arg_min(words_between, (distance + detour, start_char, direction)) filter (
            where not is_own and distance <= 180
        ) as words_between,
        arg_min(kind, (distance + detour, start_char, direction)) filter (
            where not is_own and distance <= 180
        ) as kind,
        arg_min(direction, (kind != 'tendency', start_char, direction)) filter (where is_own) as own_direction
    from weighed
    group by claim_id

)

select
    claims.claim_id,
    claims.article_id,
    claims.move_type = 'financial_result'
    and not claims.is_movement
    and coalesce(nearest.own_direction = 'down', false) as is_loss,
    case
        -- "sold 9,000 units, down 4 percent"
        when claims.move_type = 'sales_change' and nearest.kind = 'trend' and nearest.direction = 'down' then 'down'
        -- "gelang es X, ihm Anteile abzunehmen": from whom is taken, he loses
        when claims.place = 'oblique' and claims.move_type = 'market_share_change' then 'down'
        when claims.own_direction is not null then claims.own_direction
        when claims.is_movement and nearest.own_direction is not null then nearest.own_direction
        -- a loss that shrinks is good news; one that somebody slides into is none
        when nearest.own_direction = 'down' and nearest.direction = 'down' and nearest.kind = 'trend'
            then
                case
                    when regexp_matches(nearest.words_between, '\b(in|ins|into|to|zu|mit|with)\b') then 'down'
                    else 'up'
                end
        when nearest.own_direction = 'down' then 'down'
        -- who wants to lead a market wants to rise
        else
            coalesce(
                nearest.direction,
                nearest.own_direction,
                case
                    when
                        claims.move_type = 'market_share_change'
                        and regexp_matches(claims.text, '\b(werden|wird|become|becomes|became|becoming)\b')
                        then 'up'
                end
            )
    end as direction
from claims
left join nearest using (claim_id)
