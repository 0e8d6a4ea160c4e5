with spoken as (

    -- several words of saying with one speaker in one sentence are one statement
    select
        article_id,
        region,
        sentence_no,
        source_id,
        source_name,
        source_kind,
        company_id,
        cue,
        manner,
        cue_id as rule_id,
        speaker_start,
        points_back
    from {{ ref('int_statements') }}
    qualify row_number() over (
        partition by article_id, sentence_no, region, source_id
        order by score desc, start_char asc, cue_id asc, speaker_start asc, source_name asc
    ) = 1

),

quoted as (

    select distinct
        article_id,
        sentence_no
    from {{ ref('stg_quotations') }}
    where word_count >= 5 and region in {{ claiming_regions() }}

),

presented as (

    -- "Ida Moor zum Neubau: „…“": a colon before the marks names the speaker as well as a verb does
    select
        speakers.article_id,
        speakers.region,
        speakers.sentence_no,
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        cast(null as varchar) as cue,
        'direct' as manner,
        'colon-quotation' as rule_id,
        speakers.start_char as speaker_start,
        false as points_back
    from {{ ref('int_speakers') }} as speakers
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    inner join {{ ref('stg_quotations') }} as quotations
        on
            speakers.article_id = quotations.article_id
            and speakers.sentence_no = quotations.sentence_no
            and speakers.region = quotations.region
            and speakers.end_char < quotations.start_char
            and quotations.word_count >= 4
    anti join spoken on speakers.article_id = spoken.article_id and speakers.sentence_no = spoken.sentence_no
    where
        speakers.region in {{ claiming_regions() }}
        and speakers.region != 'title'
        and speakers.source_kind in ('person', 'bank_analyst', 'company', 'association', 'authority')
        and regexp_matches(
            substr(sentences.text, 1, quotations.start_char - sentences.start_char), ':\s*([„“»«"‚‘'']|`\s?`)\s?$'
        )
    qualify row_number() over (
        partition by speakers.article_id, speakers.sentence_no, speakers.region
        order by speakers.firmness desc, speakers.start_char asc, speakers.source_id asc, speakers.source_name asc
    ) = 1

),

stated as (

    select * from spoken
    union all by name
    select * from presented

),

attributed as (

    select distinct
        article_id,
        sentence_no,
        region
    from stated
    where source_kind != 'unnamed' and manner != 'credit'

),

carried as (

    -- every sentence, with whether it could go on from what somebody said before
    select
        sentences.article_id,
        sentences.region,
        sentences.sentence_no,
        quoted.sentence_no is not null as is_quoted,
        reported.sentence_no is not null as is_reported,
        -- "we", "our": whoever speaks goes on without marks
        regexp_matches(
            sentences.text,
            case
                when sentences.language = 'en'
                    then
                        '^\W*([Ww]e|[Oo]ur|I|I''m|[Mm]y)\b|,\s(we|our)\b|\b'
                        || '(we|our) (see|think|believe|expect|are|have|await'
                        || '|anticipate|maintain|remain|continue|like|prefer|note|model|forecast|estimate|reiterate'
                        || '|raise|lower|view|rate|recommend|doubt|do|don|can|will|would|project|assume'
                        || '|find|feel|suspect|reduce|increase|cut)\b'
                else '\b([Ww]ir|[Uu]nsere?[nmrs]?)\b'
            end
        ) as is_first_person,
        max(case when stated.sentence_no is not null then sentences.sentence_no end) over line as last_stated,
        max(
            case
                when stated.sentence_no is null and quoted.sentence_no is null and reported.sentence_no is null
                    then sentences.sentence_no
            end
        ) over line as last_broken,
        stated.sentence_no is not null as is_stated
    from {{ ref('int_sentences') }} as sentences
    left join quoted using (article_id, sentence_no)
    left join {{ ref('int_reported_sentences') }} as reported using (article_id, sentence_no, region)
    left join attributed as stated using (article_id, sentence_no, region)
    window line as (
        partition by sentences.article_id, sentences.region
        order by sentences.sentence_no
        rows between unbounded preceding and current row
    )

),

turns as (

    -- the speaker whom an open quotation or reported speech goes on from, over at most one sentence that says nothing
    select
        carried.article_id,
        carried.region,
        carried.sentence_no,
        carried.is_quoted,
        carried.is_reported,
        carried.is_first_person,
        arg_max(stated.source_id, (stated.speaker_start, stated.source_id)) as source_id,
        arg_max(stated.source_name, (stated.speaker_start, stated.source_id)) as source_name,
        arg_max(stated.source_kind, (stated.speaker_start, stated.source_id)) as source_kind,
        arg_max_null(stated.company_id, (stated.speaker_start, stated.source_id)) as company_id
    from carried
    inner join stated
        on
            carried.article_id = stated.article_id
            and carried.region = stated.region
            and carried.last_stated = stated.sentence_no
    where
        stated.source_kind != 'unnamed'
        and stated.manner != 'credit'
        and not carried.is_stated
        and (
            carried.is_quoted
            or carried.is_reported
            or carried.is_first_person and stated.source_kind in ('person', 'bank_analyst', 'research_firm')
        )
        and (
            coalesce(carried.last_broken, -1) < carried.last_stated
            or carried.sentence_no - carried.last_stated <= 2
        )
    group by all

),

continued as (

    select
        turns.article_id,
        turns.region,
        turns.sentence_no,
        turns.source_id,
        turns.source_name,
        turns.source_kind,
        turns.company_id,
        cast(null as varchar) as cue,
        case when turns.is_quoted or turns.is_first_person and not turns.is_reported then 'direct' else 'indirect' end
            as manner,
        case
            when turns.is_quoted then 'continued-quotation'
            when turns.is_reported then 'continued-reported-speech'
            else 'continued-first-person'
        end as rule_id
    from turns
    where
        not exists (
            select 1
            from stated
            where stated.article_id = turns.article_id and stated.sentence_no = turns.sentence_no
        )

),

credited as (

    -- every source in its sentence, with what stands before and behind it
    select
        speakers.*,
        substr(sentences.text, 1, speakers.start_char - sentences.start_char) as text_before,
        substr(sentences.text, speakers.end_char - sentences.start_char + 1) as text_behind
    from {{ ref('int_speakers') }} as speakers
    inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
    where speakers.source_kind in ('news_agency', 'medium', 'research_firm', 'company', 'association', 'authority')

),

credits as (

    -- agency lines, datelines and "Quelle: …" name their source without a word of saying
    select
        article_id,
        region,
        sentence_no,
        source_id,
        source_name,
        source_kind,
        company_id,
        cast(null as varchar) as cue,
        'credit' as manner,
        case
            when region = 'credit' then 'credit-line'
            when source_kind = 'company' then 'press-release-head'
            when text_before like '%(' or text_before like '%[' or text_before like '%/' then 'agency-in-brackets'
            when trim(text_before) = '' then 'agency-line'
            else 'credit-words'
        end as rule_id,
        -- a short line as a whole, a dateline up to its bracket, else the name alone
        case
            when length(text_before) <= 60 or length(text_before) + length(text_behind) <= 100
                then cast(start_char - length(text_before) as integer)
            else start_char
        end as credit_start,
        case
            when length(text_before) + length(text_behind) <= 100 then cast(end_char + length(text_behind) as integer)
            when regexp_matches(text_behind, '^[)\]]') then end_char + 1
            else end_char
        end as credit_end
    from credited
    where
        region = 'credit'
        or (
            region in {{ claiming_regions() }}
            and (
                (
                    source_kind = 'news_agency'
                    and regexp_matches(text_before, '[(\[/]$')
                    and regexp_matches(text_behind, '^[)\]/]')
                )
                -- "DGAP-News: Nordwerft AG: …", "OTS: Nordwerft / …": who had it published
                or (
                    source_kind in ('company', 'association', 'authority')
                    and regexp_matches(
                        text_before,
                        '^\W*(DJ\s+)?(DGAP|EQS|OTS|ots|EANS|euro adhoc|PTA|pta|Hugin|IRW|GNW|PR Newswire)[-\w/ ]*:\s*$'
                    )
                    and regexp_matches(text_behind, '^\s*[:/]')
                )
                or (
                    source_kind in ('news_agency', 'medium')
                    and (
                        regexp_matches(text_before, '^[^()]{2,60}\($') and regexp_matches(text_behind, '^\)\s*[-–—:]')
                        or trim(text_before) = '' and regexp_matches(text_behind, '^\s*$')
                        or source_kind = 'news_agency'
                        and regexp_matches(text_before, '^\W*(DJ\s)?$')
                        and regexp_matches(text_behind, '^(-\w+)?\s*[:/]')
                        or regexp_matches(
                            text_before,
                            '(?i)(quelle|autor|source|author|credit|übermittelt (durch|von)|verbreitet (durch|von)'
                            || '|zusammengestellt von|bereitgestellt (durch|von)|distributed by|provided by|released by'
                            || '|via):?\s+$'
                        )
                    )
                )
            )
        )
    qualify row_number() over (
        partition by article_id, sentence_no, source_id order by start_char asc, end_char asc, source_name asc
    ) = 1

),

heads as (

    -- the lines of a press release that name who had it published, counted
    select
        article_id,
        sentence_no,
        row_number() over (partition by article_id, source_id order by sentence_no) as head_no
    from credits
    where rule_id = 'press-release-head'

),

vias as (

    -- the medium through which it was said: "gegenüber Bloomberg", "told Reuters", "dem Handelsblatt"
    select
        mentions.article_id,
        mentions.sentence_no,
        arg_min(mentions.surface, (mentions.start_char, mentions.source_id)) as surface,
        arg_min(mentions.source_id, (mentions.start_char, mentions.source_id)) as via_id
    from {{ ref('stg_source_mentions') }} as mentions
    inner join {{ ref('source_register') }} as lexicon using (source_id)
    where
        lexicon.kind in ('medium', 'news_agency')
        and (
            mentions.preposition in ('gegenüber', 'in', 'im', 'bei', 'to', 'with', 'on', 'via')
            or mentions.determiner in ('dem', 'der')
        )
    group by all

),

together as (

    select * from stated
    union all by name
    select * from continued
    union all by name
    select credits.* from credits
    anti join stated using (article_id, sentence_no, source_id)
    left join heads using (article_id, sentence_no)
    where
        -- there the wire only passes it on, and what repeats the line says it no second time
        case credits.rule_id
            when 'press-release-head' then heads.head_no = 1
            when 'agency-line' then heads.head_no is distinct from 1
            when 'credit-words' then heads.head_no is distinct from 1
            else true
        end

)

select
    together.article_id,
    together.region,
    together.sentence_no,
    together.source_id,
    together.source_name,
    together.source_kind,
    together.company_id,
    together.cue,
    together.manner,
    together.rule_id,
    coalesce(together.credit_start, earlier.start_char, sentences.start_char) as start_char,
    coalesce(together.credit_end, sentences.end_char) as end_char,
    substr(
        case when together.region = 'title' then articles.title else articles.text end,
        coalesce(together.credit_start, earlier.start_char, sentences.start_char) + 1,
        coalesce(together.credit_end, sentences.end_char)
        - coalesce(together.credit_start, earlier.start_char, sentences.start_char)
    ) as evidence,
    vias.surface as via
from together
inner join {{ ref('int_sentences') }} as sentences using (article_id, sentence_no, region)
inner join {{ ref('stg_articles') }} as articles using (article_id)
left join {{ ref('int_sentences') }} as earlier
    on
        case when together.points_back then together.article_id end = earlier.article_id
        and together.region = earlier.region
        and together.sentence_no = earlier.sentence_no + 1
left join vias
    on
        case when together.source_kind in ('person', 'company', 'bank_analyst') then together.article_id end
        = vias.article_id
        and together.sentence_no = vias.sentence_no
        and together.source_id != vias.via_id
