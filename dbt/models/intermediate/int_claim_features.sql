-- What speaks for and against each company in the actor's place of each cue, as named features. Their weights are the
-- seed claim_weights, so every score can be read and disputed.
with cue_counts as (

    select
        article_id,
        sentence_no,
        count(distinct move_type) as move_types
    from {{ ref('int_claim_cues') }}
    group by article_id, sentence_no

),

type_counts as (

    select
        article_id,
        sentence_no,
        move_type,
        count(distinct start_char) as cues,
        sum(count(distinct start_char)) over (partition by article_id, move_type) as cues_in_article,
        bool_or(bool_or(region = 'title')) over (partition by article_id, move_type) as is_in_title
    from {{ ref('int_claim_cues') }}
    group by article_id, sentence_no, move_type

),

company_counts as (

    select
        article_id,
        sentence_no,
        count(distinct company_id) as companies
    from {{ ref('int_entities') }}
    group by article_id, sentence_no

),

speakers as (

    select distinct
        article_id,
        sentence_no,
        company_id
    from {{ ref('int_attributions') }}
    where manner != 'credit'

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
    from {{ ref('int_claim_cues') }} as cues
    inner join {{ ref('stg_quotations') }} as quotations
        on
            cues.article_id = quotations.article_id
            and cues.region = quotations.region
            and quotations.start_char <= cues.start_char
            and cues.end_char <= quotations.end_char
    group by all

),

sizes as (

    select
        article_id,
        count(*) as sentences
    from {{ ref('int_sentences') }}
    group by article_id

),

crowds as (

    select
        article_id,
        count(distinct company_id) as companies
    from {{ ref('stg_mentions') }}
    where region in {{ claiming_regions() }}
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

placed as (

    select
        companies.*,
        -- how the grammar around the name stands to the cue
        case
            when entity_kind in ('carried', 'topic') then entity_kind
            when compound_head is not null and is_before and distance <= 1 then 'compound-with-cue'
            when compound_head is not null then 'compound'
            when is_genitive and entity_kind = 'possessive' then 'possessive'
            when is_genitive then 'genitive'
            when preposition in ('durch', 'by') then 'by'
            when preposition in ('von', 'vom', 'of', 'bei', 'beim', 'at') then 'of'
            when preposition in ('laut', 'nach', 'gegenüber', 'according', 'per', 'zufolge') then 'cited'
            when preposition in ('mit', 'with', 'gegen', 'against', 'an', 'to', 'für', 'for') then 'with-or-against'
            when preposition is not null then 'governed'
            when description is not null then 'described'
            else 'bare'
        end as place,
        row_number() over (
            partition by article_id, sentence_no, start_char, cue_id order by distance asc, entity_start asc
        ) as nearness,
        row_number() over (
            partition by article_id, sentence_no, start_char, cue_id order by entity_start asc
        ) as position
    from {{ ref('int_claim_companies') }} as companies

),

fitting as (

    -- the constructions in which grammar alone says who acts
    select
        placed.*,
        case
            when
                cues.slot = 'subject' and cues.is_passive and place in ('by', 'of')
                then 'agent of the passive'
            when
                cues.slot = 'subject' and not cues.is_passive and place in ('bare', 'described') and is_before
                and shares_clause and nearness <= 2
                then 'subject of the verb'
            when
                cues.slot = 'noun' and (
                    place = 'compound-with-cue' or (place = 'genitive' and distance <= 12)
                    or (place in ('by', 'of') and not is_before and distance <= 12)
                )
                then 'owner of the noun'
        end as fit
    from placed
    inner join {{ ref('int_claim_cues') }} as cues using (article_id, sentence_no, start_char, cue_id)

),

described as (

    select
        placed.* exclude (start_char, fit),
        cues.start_char,
        cues.region,
        cues.clause_no,
        cues.end_char,
        cues.last_char,
        cues.is_passive,
        cues.kind,
        cues.surface,
        cues.move_type,
        cues.direction,
        cues.certainty,
        cues.slot,
        reporting.company_id is not null as is_reporting,
        list_distinct([
            'always',
            'place ' || cues.slot || ' ' || place || case when is_before then ' before' else ' behind' end,
            case when cues.is_passive then 'passive ' || place || case when is_before then ' before' else ' behind' end end,
            'place ' || place,
            'cue ' || cues.kind,
            case when cues.kind = 'topic' then 'topic ' || place end,
            case
                when types.takes_counterparty
                    then 'deal ' || cues.slot || ' ' || place || case when is_before then ' before' else ' behind' end
            end,
            case
                when cues.last_char = cues.end_char then 'cue in one piece'
                when cues.last_char - cues.end_char <= 25 then 'cue of near pieces'
                when cues.last_char - cues.end_char <= 70 then 'cue of distant pieces'
                else 'cue of far pieces'
            end,
            'cues of type in sentence ' || least(type_counts.cues, 3),
            case
                when type_counts.cues_in_article = 1 then 'type hardly told'
                when type_counts.cues_in_article <= 3 then 'type told'
                when type_counts.cues_in_article <= 6 then 'type often told'
                else 'type all over'
            end,
            case when type_counts.is_in_title then 'type in title' end,
            'clause ' || coalesce(clause_kinds.kind, 'main'),
            case
                when sizes.sentences <= 8 then 'short article' when sizes.sentences <= 20 then 'middling article'
                when sizes.sentences <= 40 then 'long article' else 'very long article'
            end,
            case
                when crowds.companies = 1 then 'only company' when crowds.companies <= 3 then 'few companies'
                when crowds.companies <= 7 then 'several companies' else 'many companies'
            end,
            'type ' || cues.move_type,
            'named as ' || entity_kind,
            case when coalesce(shares_clause, false) then 'same clause' end,
            fit,
            case when not shares_clause and entity_start is not null then 'clause away' end,
            case
                when distance <= 3 then 'beside' when distance <= 25 then 'near' when distance <= 70 then 'apart'
                when distance is not null then 'far'
            end,
            case when nearness = 1 then 'nearest' when nearness = 2 then 'second nearest' else 'not near' end,
            case when position = 1 and entity_start is not null then 'first of sentence' end,
            case coalesce(company_counts.companies, 0)
                when 0 then 'sentence names none' when 1 then 'sentence names one' when 2 then 'sentence names two'
                when 3 then 'sentence names three' else 'sentence names many'
            end,
            case when list_no > 0 then 'listed' end,
            case when reporting.company_id is not null then 'reports' end,
            case when speakers.company_id is not null then 'speaks' end,
            case when speakers.company_id is not null and reporting.company_id is not null then 'reporter speaks' end,
            case when register.sector in ('banking', 'finance', 'insurance') then 'bank' end,
            case
                when register.sector in ('banking', 'finance') and cues.move_type = 'stock_price_change' then 'bank on a share'
            end,
            case when not register.is_registered then 'proposed' end,
            'region ' || cues.region,
            case
                when cues.region in ('title', 'heading') then null
                when cues.sentence_no = 1 then 'sentence 1' when cues.sentence_no <= 3 then 'sentence 2-3'
                when cues.sentence_no <= 8 then 'sentence 4-8' else 'sentence 9+'
            end,
            case when cues.direction is not null then 'direction known' end,
            case when list_contains(measured.clauses, cues.clause_no) then 'measured clause' end,
            case when measured.clauses is not null then 'measured sentence' else 'unmeasured' end,
            case certainty.hedge_rank when 1 then 'planned' when 2 then 'hedged' when 3 then 'denied' end,
            case when certainty.is_negated then 'negated' end,
            case when sentences.is_question then 'question' end,
            case when quoted.article_id is not null then 'quoted' end,
            case
                when cue_counts.move_types = 1 then 'one type' when cue_counts.move_types = 2 then 'two types'
                else 'many types'
            end,
            'language ' || coalesce(sentences.language, 'en')
        ]) as features
    from fitting as placed
    inner join {{ ref('int_claim_cues') }} as cues using (article_id, sentence_no, start_char, cue_id)
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no)
    inner join {{ ref('move_types') }} as types using (move_type)
    inner join sizes using (article_id)
    inner join type_counts using (article_id, sentence_no, move_type)
    left join crowds using (article_id)
    left join clause_kinds using (article_id, sentence_no, clause_no)
    inner join cue_counts using (article_id, sentence_no)
    inner join {{ ref('int_companies') }} as register on placed.company_id = register.company_id
    left join company_counts using (article_id, sentence_no)
    left join speakers
        on
            placed.article_id = speakers.article_id
            and placed.sentence_no = speakers.sentence_no
            and placed.company_id = speakers.company_id
    left join {{ ref('int_reporting_companies') }} as reporting on placed.company_id = reporting.company_id
    left join measured on placed.article_id = measured.article_id and placed.sentence_no = measured.sentence_no
    left join quoted
        on
            placed.article_id = quoted.article_id
            and placed.sentence_no = quoted.sentence_no
            and placed.start_char = quoted.start_char
    left join {{ ref('int_clause_certainty') }} as certainty
        on
            placed.article_id = certainty.article_id
            and placed.sentence_no = certainty.sentence_no
            and cues.clause_no = certainty.clause_no

)

select * from described
