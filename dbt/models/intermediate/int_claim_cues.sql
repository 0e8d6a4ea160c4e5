with cues as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.clause_no,
        cues.start_char,
        cues.end_char,
        cues.last_char,
        cues.surface,
        lexicon.cue_id,
        lexicon.kind,
        lexicon.move_type,
        lexicon.direction,
        lexicon.certainty,
        -- a frame with a gap has a verb in it unless, in German, both ends are written large ("Kauf … Patenten"), and
        -- so has what is written small in German: its subject acts
        case
            when lexicon.kind != 'move' or lexicon.slot != 'noun' then lexicon.slot
            when lexicon.language = 'en' and cues.last_char > cues.end_char then 'subject'
            when
                lexicon.language = 'de'
                and (
                    regexp_matches(cues.surface, '^[a-zäöü]')
                    or (
                        cues.last_char > cues.end_char
                        and regexp_matches(
                            substr(sentences.text, 1, cues.last_char - sentences.start_char),
                            '(^|[^\p{L}])\p{Ll}\p{L}*$'
                        )
                    )
                )
                then 'subject'
            else 'noun'
        end as slot
    from {{ ref('stg_cues') }} as cues
    inner join {{ ref('cues') }} as lexicon using (cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, region, sentence_no)
    where
        lexicon.kind in ('move', 'topic', 'trend', 'offer')
        and cues.region in {{ claiming_regions() }}
    -- a verb with two objects is two hits of one cue; the nearer one stands for both
    qualify row_number() over (
        partition by cues.article_id, cues.sentence_no, cues.start_char, cues.cue_id
        order by cues.last_char asc, cues.end_char asc
    ) = 1

),

pieces as (

    select
        clauses.article_id,
        clauses.sentence_no,
        clauses.clause_no,
        clauses.start_char,
        substr(
            sentences.text, clauses.start_char - sentences.start_char + 1, clauses.end_char - clauses.start_char
        ) as text
    from {{ ref('stg_clauses') }} as clauses
    inner join {{ ref('int_sentences') }} as sentences using (article_id, region, sentence_no)

),

clauses as (

    select
        article_id,
        sentence_no,
        clause_no,
        string_agg(text, ' ' order by start_char) as text
    from pieces
    group by article_id, sentence_no, clause_no

),

passives as (

    -- "wurde von X übernommen", "is being bought by X": a participle with its auxiliary in the clause or right before
    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id
    from cues
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no)
    left join clauses using (article_id, sentence_no, clause_no)
    where
        cues.slot = 'subject'
        and case
            when sentences.language = 'de'
                then
                    regexp_matches(
                        cues.surface,
                        '^[a-zäöüß]+t$|^[a-zäöüß]*ge[a-zäöüß]+en$'
                        '|(nommen|schlossen|boten|zogen|trieben|worfen|sprochen|wiesen|hoben|schoben|rufen|halten)$'
                    )
                    and regexp_matches(clauses.text, '(?i)\b(wird|wurden?|werden|werde|würden?|worden)\b')
            else
                not ends_with(cues.surface, 'ing')
                and regexp_matches(
                    substr(sentences.text, 1, cues.start_char - sentences.start_char),
                    '(?i)\b(is|are|was|were|be|been|being|gets?|got)\s+((not|also|now|being|been|[a-z]+ly)\s+)*$'
                )
        end
    group by all

),

trends as (

    -- for every topic the nearest word of change in its clause
    select
        topics.article_id,
        topics.sentence_no,
        topics.start_char,
        topics.cue_id,
        arg_min(trends.direction, (abs(trends.start_char - topics.start_char), trends.start_char)) as direction
    from cues as topics
    inner join cues as trends
        on
            topics.article_id = trends.article_id
            and topics.sentence_no = trends.sentence_no
            and topics.clause_no = trends.clause_no
    where topics.kind = 'topic' and trends.kind = 'trend'
    group by all

),

measured as (

    select distinct
        article_id,
        sentence_no,
        clause_no
    from {{ ref('stg_quantities') }}

),

placed as (

    -- clauses that name a place or segment in which something is on offer
    select distinct
        article_id,
        sentence_no,
        clause_no
    from {{ ref('stg_market_mentions') }}
    where preposition in ('in', 'im', 'auf', 'nach', 'into', 'on', 'to', 'across', 'for')

)

select
    cues.* exclude (direction, move_type),
    -- to offer in a market is presence; to be going to offer there is entry
    case when cues.kind = 'offer' and certainty.hedge_rank between 1 and 2 then 'market_entry' else cues.move_type end
        as move_type,
    coalesce(cues.direction, trends.direction) as direction,
    passives.article_id is not null as is_passive
from cues
left join trends using (article_id, sentence_no, start_char, cue_id)
left join passives using (article_id, sentence_no, start_char, cue_id)
left join measured using (article_id, sentence_no, clause_no)
left join placed using (article_id, sentence_no, clause_no)
left join {{ ref('int_clause_certainty') }} as certainty using (article_id, sentence_no, clause_no)
where
    cues.kind = 'move'
    or (cues.kind = 'topic' and (trends.direction is not null or measured.article_id is not null))
    or (cues.kind = 'offer' and placed.article_id is not null and measured.article_id is null)
