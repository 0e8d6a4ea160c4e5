-- What the word of a claim, its sentence and its article say of it, whoever acts, as named features.
with cues as (

    select *
    from {{ ref('int_claim_cues') }}

),

types_by_sentence as (

    select
        article_id,
        sentence_no,
        count(distinct move_type) as move_types
    from cues
    group by article_id, sentence_no

),

cues_by_type as (

    select
        article_id,
        sentence_no,
        move_type,
        count(distinct start_char) as cues,
        sum(count(distinct start_char)) over (partition by article_id, move_type) as cues_in_article,
        bool_or(bool_or(region = 'title')) over (partition by article_id, move_type) as is_in_title
    from cues
    group by article_id, sentence_no, move_type

),

names_by_sentence as (

    select
        article_id,
        sentence_no,
        count(distinct company_id) as companies
    from {{ ref('int_entities') }}
    group by article_id, sentence_no

),

names_by_article as (

    select
        article_id,
        count(distinct company_id) as companies
    from {{ ref('stg_mentions') }}
    where region in {{ claiming_regions() }}
    group by article_id

),

sizes as (

    select
        article_id,
        count(*) as sentences
    from {{ ref('int_sentences') }}
    group by article_id

),

clause_kinds as (

    select
        article_id,
        sentence_no,
        clause_no,
        arg_min(kind, start_char) as kind
    from {{ ref('stg_clauses') }}
    group by article_id, sentence_no, clause_no

),

measured as (

    select
        article_id,
        sentence_no,
        list(distinct clause_no) as clauses
    from {{ ref('stg_quantities') }}
    group by article_id, sentence_no

),

quoted as (

    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char
    from cues
    inner join {{ ref('stg_quotations') }} as quotations
        on
            cues.article_id = quotations.article_id
            and cues.region = quotations.region
            and cues.start_char >= quotations.start_char
            and cues.end_char <= quotations.end_char
    group by all

)

select
    cues.article_id,
    cues.sentence_no,
    cues.start_char,
    cues.cue_id,
    list_distinct([
        'cue ' || cues.kind,
        case
            when cues.last_char = cues.end_char then 'cue in one piece'
            when cues.last_char - cues.end_char <= 25 then 'cue of near pieces'
            when cues.last_char - cues.end_char <= 70 then 'cue of distant pieces'
            else 'cue of far pieces'
        end,
        'type ' || cues.move_type,
        'cues of type in sentence ' || least(cues_by_type.cues, 3),
        case
            when cues_by_type.cues_in_article = 1 then 'type hardly told'
            when cues_by_type.cues_in_article <= 3 then 'type told'
            when cues_by_type.cues_in_article <= 6 then 'type often told'
            else 'type all over'
        end,
        case when cues_by_type.is_in_title then 'type in title' end,
        case types_by_sentence.move_types when 1 then 'one type' when 2 then 'two types' else 'many types' end,
        'clause ' || coalesce(clause_kinds.kind, 'main'),
        case coalesce(names_by_sentence.companies, 0)
            when 0 then 'sentence names none' when 1 then 'sentence names one' when 2 then 'sentence names two'
            when 3 then 'sentence names three' else 'sentence names many'
        end,
        'region ' || cues.region,
        case
            when cues.region in ('title', 'heading') then null
            when cues.sentence_no = 1 then 'sentence 1' when cues.sentence_no <= 3 then 'sentence 2-3'
            when cues.sentence_no <= 8 then 'sentence 4-8' else 'sentence 9+'
        end,
        case
            when sizes.sentences <= 8 then 'short article' when sizes.sentences <= 20 then 'middling article'
            when sizes.sentences <= 40 then 'long article' else 'very long article'
        end,
        case
            when names_by_article.companies = 1 then 'only company'
            when names_by_article.companies <= 3 then 'few companies'
            when names_by_article.companies <= 7 then 'several companies'
            else 'many companies'
        end,
        case when cues.direction is not null then 'direction known' end,
        case when list_contains(measured.clauses, cues.clause_no) then 'measured clause' end,
        case when measured.clauses is not null then 'measured sentence' else 'unmeasured' end,
        case certainty.hedge_rank when 1 then 'planned' when 2 then 'hedged' when 3 then 'denied' end,
        case when certainty.is_negated then 'negated' end,
        case when sentences.is_question then 'question' end,
        case when quoted.article_id is not null then 'quoted' end,
        'language ' || coalesce(sentences.language, 'en')
    ]) as features
from cues
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
inner join types_by_sentence using (article_id, sentence_no)
inner join cues_by_type using (article_id, sentence_no, move_type)
inner join sizes using (article_id)
left join names_by_sentence using (article_id, sentence_no)
left join names_by_article using (article_id)
left join clause_kinds using (article_id, sentence_no, clause_no)
left join measured using (article_id, sentence_no)
left join quoted
    on
        cues.article_id = quoted.article_id
        and cues.sentence_no = quoted.sentence_no
        and cues.start_char = quoted.start_char
left join {{ ref('int_clause_certainty') }} as certainty using (article_id, sentence_no, clause_no)
