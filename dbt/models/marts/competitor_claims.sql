with strongest as (

    select *
    from {{ ref('int_rival_pairs') }}
    qualify row_number() over (
        partition by article_id, company_a_id, company_b_id
        order by {{ rank_of_strength('strength') }} desc, sentence_no, rule_id asc
    ) = 1

),

places as (

    select
        article_id,
        sentence_no,
        arg_min(surface, (start_char, surface)) as market
    from {{ ref('stg_market_mentions') }}
    group by all

),

evidence as (

    -- the sentence that names the rival, with its neighbour where that one says that it is one
    select
        strongest.*,
        least(sentences.start_char, coalesce(neighbours.start_char, sentences.start_char)) as start_char,
        greatest(sentences.end_char, coalesce(neighbours.end_char, sentences.end_char)) as end_char
    from strongest
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    left join {{ ref('int_sentences') }} as neighbours
        on
            case when abs(strongest.sentence_no - strongest.cue_sentence_no) = 1 then strongest.article_id end
            = neighbours.article_id
            and strongest.cue_sentence_no = neighbours.sentence_no
            and strongest.cue_region = neighbours.region
            and strongest.region = neighbours.region

)

select
    {{ stable_id(['evidence.article_id', 'evidence.company_a_id', 'evidence.company_b_id']) }} as claim_id,
    evidence.article_id,
    {{ claimed_at('articles') }} as claimed_at,
    evidence.company_a_id,
    evidence.company_b_id,
    evidence.strength,
    places.market,
    substr(
        case when evidence.region = 'title' then articles.title else articles.text end,
        evidence.start_char + 1,
        evidence.end_char - evidence.start_char
    ) as evidence,
    evidence.region,
    evidence.start_char,
    evidence.end_char,
    evidence.rule_id
from evidence
inner join {{ ref('stg_articles') }} as articles using (article_id)
left join places using (article_id, sentence_no)
