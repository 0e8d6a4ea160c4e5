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

)

select
    {{ stable_id(['strongest.article_id', 'strongest.company_a_id', 'strongest.company_b_id']) }} as claim_id,
    strongest.article_id,
    strongest.company_a_id,
    strongest.company_b_id,
    strongest.strength,
    places.market,
    sentences.text as evidence,
    strongest.region,
    sentences.start_char,
    sentences.end_char,
    strongest.rule_id
from strongest
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
left join places using (article_id, sentence_no)
