-- For each phrase in the speaker's place, who may be meant by it, the likeliest with the highest score.
with phrases as (

    -- the phrase that the annotator found in the speaker's place
    select
        said.*,
        speakers.start_char as phrase_start,
        speakers.end_char as phrase_end,
        speakers.head_char,
        speakers.name,
        speakers.noun_id,
        speakers.rule_id as phrase_rule,
        nouns.kind as noun_kind,
        -- a description of a company, or its spokesman, that names none
        coalesce(nouns.kind = 'description', false)
        or coalesce(speakers.noun_id in ('de-sprecher', 'en-spokesman') and speakers.name not like '% %', false)
        or speakers.rule_id = 'speaker-compound'
        and speakers.name in ('Unternehmen', 'Firmen', 'Konzern', 'Hersteller', 'Betreiber')
        or nouns.kind is null
        and speakers.rule_id != 'speaker-name'
        and regexp_matches(
            speakers.name,
            '(?i)(unternehmen|konzern|hersteller|firma|bank|studio|fonds|anbieter|betreiber|kette|riese|reederei'
            || '|airline|versicherer|bauer|tochter|company|firm|maker|group|giant|chain|lender|carrier|management)$'
        ) as could_be_house,
        -- what a house publishes
        speakers.rule_id != 'speaker-name'
        and regexp_matches(
            substr(
                sentences.text,
                speakers.start_char - sentences.start_char + 1,
                speakers.head_char - speakers.start_char
            ),
            '(?i)(bericht|studie|umfrage|untersuchung|mitteilung|erhebung|statistik|analyse|gutachten|prognose'
            || '|schätzung|angaben|zahlen|daten|berechnung|erklärung|stellungnahme|schreiben|meldung|ranking|index'
            || '|barometer|papier|antwort|auswertung|report|reports|study|survey|data|figures|numbers|poll|filing'
            || '|filings|note|release|statement|estimates|forecasts|research|analysis|article|story|transcript'
            || '|memo|letter|findings)(e?[ns]|es)?$'
        ) as is_paper
    from {{ ref('int_speech_cues') }} as said
    inner join {{ ref('stg_speakers') }} as speakers
        on
            said.article_id = speakers.article_id
            and said.region = speakers.region
            and said.sentence_no = speakers.sentence_no
            and said.start_char = speakers.cue_char
            and said.manner != 'credit'
    inner join {{ ref('int_sentences') }} as sentences
        on
            said.article_id = sentences.article_id
            and said.region = sentences.region
            and said.sentence_no = sentences.sentence_no
    left join {{ ref('cues') }} as nouns on speakers.noun_id = nouns.cue_id
    qualify row_number() over (
        partition by said.article_id, said.sentence_no, said.start_char, said.cue_id, speakers.start_char
        order by
            speakers.end_char desc,
            speakers.rule_id asc,
            speakers.name asc,
            speakers.noun_id asc,
            speakers.head_char asc
    ) = 1

),

in_phrase as (

    -- whoever is named in that phrase, the head before what modifies it
    select
        phrases.article_id,
        phrases.region,
        phrases.sentence_no,
        phrases.start_char,
        phrases.cue_id,
        phrases.phrase_start,
        speakers.source_id,
        speakers.source_name,
        speakers.source_kind,
        speakers.company_id,
        speakers.start_char as speaker_start,
        case
            when speakers.source_name = phrases.name or ends_with(speakers.source_name, ' ' || phrases.name) then 11
            when speakers.source_kind = 'person' or speakers.source_kind = 'bank_analyst'
                then
                    case when speakers.start_char < phrases.head_char then 10 else 9 end
            when speakers.is_pronoun then 5
            when
                speakers.start_char < phrases.head_char and speakers.firmness >= 3 and speakers.source_kind != 'unnamed'
                then 8
            when speakers.start_char < phrases.head_char then 6
            when
                phrases.noun_kind in ('role', 'people', 'description')
                and (
                    speakers.source_kind not in ('medium', 'news_agency', 'unnamed')
                    or phrases.noun_id in ('de-sprecher', 'en-spokesman')
                )
                then 7
            -- "eine Studie des Verbands X", "the latest figures from X": the house behind its paper
            when
                phrases.is_paper
                and speakers.source_kind != 'unnamed'
                and not speakers.is_pronoun
                then 6
        end as score
    from phrases
    inner join {{ ref('int_speakers') }} as speakers
        on
            phrases.article_id = speakers.article_id
            and phrases.region = speakers.region
            and phrases.sentence_no = speakers.sentence_no
            and phrases.phrase_start < speakers.end_char
            and (
                speakers.start_char < phrases.phrase_end
                -- "der Vorsitzende des Betriebsrats, Ida Moor, sagte"
                or (
                    speakers.source_kind in ('person', 'bank_analyst') and speakers.start_char <= phrases.phrase_end + 2
                )
            )
    where
        phrases.phrase_rule != 'speaker-pronoun'
        or speakers.is_pronoun
        or speakers.firmness = 2

),

houses as (

    -- the company that an article is about
    select
        protagonists.article_id,
        protagonists.company_id,
        coalesce(
            arg_min(mentions.surface, (mentions.compound_head is not null, mentions.sentence_no, mentions.start_char)),
            any_value(companies.name)
        ) as surface
    from {{ ref('int_protagonists') }} as protagonists
    inner join {{ ref('int_companies') }} as companies using (company_id)
    left join {{ ref('stg_mentions') }} as mentions
        on
            protagonists.article_id = mentions.article_id
            and protagonists.company_id = mentions.company_id
            and mentions.region in {{ claiming_regions() }}
            and mentions.region != 'title'
    where protagonists.share >= {{ var('protagonist_share') }}
    group by protagonists.article_id, protagonists.company_id

),

bearers as (

    -- "der Geschäftsführer", "the minister": the person who was named in that role before
    select
        phrases.article_id,
        phrases.sentence_no,
        phrases.start_char,
        phrases.cue_id,
        phrases.phrase_start,
        arg_max(persons.name, (persons.sentence_no, persons.start_char)) as name,
        arg_max_null(persons.organisation_id, (persons.sentence_no, persons.start_char)) as company_id
    from phrases
    inner join {{ ref('stg_persons') }} as persons
        on
            phrases.article_id = persons.article_id
            and phrases.sentence_no > persons.sentence_no
            and persons.role is not null
            and ends_with(lower(persons.role), lower(phrases.name))
    where phrases.noun_kind = 'role' and phrases.name not like '% %'
    group by all

),

described as (

    -- "die Polizei", "Kritiker": nobody is named, so the phrase itself is the source, or the house it must mean
    select
        phrases.article_id,
        phrases.region,
        phrases.sentence_no,
        phrases.start_char,
        phrases.cue_id,
        phrases.phrase_start,
        phrases.phrase_rule,
        coalesce(bearers.name, houses.surface, phrases.name) as source_name,
        case
            when bearers.name is not null then 'person'
            when houses.company_id is not null then 'company'
            when phrases.noun_kind in ('authority', 'association', 'medium') then phrases.noun_kind
            when phrases.noun_kind = 'role' or phrases.phrase_rule = 'speaker-name' then 'person'
            when phrases.noun_kind is null and phrases.name = upper(phrases.name) then 'association'
            when
                phrases.phrase_rule = 'speaker-compound'
                and phrases.name in (
                    'Polizei',
                    'Behörden',
                    'Regierung',
                    'Ministerium',
                    'Militär',
                    'Armee',
                    'Feuerwehr',
                    'Justiz',
                    'Gericht'
                )
                then 'authority'
            else 'unnamed'
        end as source_kind,
        coalesce(bearers.company_id, houses.company_id) as company_id,
        houses.company_id as house_id
    from phrases
    left join bearers using (article_id, sentence_no, start_char, cue_id, phrase_start)
    left join houses
        on case when phrases.could_be_house and bearers.name is null then phrases.article_id end = houses.article_id
    where
        phrases.phrase_rule != 'speaker-pronoun'
        and length({{ slug('phrases.name') }}) > 1
        -- "assumptions", "the current valuation": a phrase that no lexicon knows speaks only as a paper or a house
        and (
            phrases.language = 'de'
            or phrases.noun_kind is not null
            or phrases.is_paper
            or phrases.could_be_house
            or regexp_matches(
                phrases.name, '^[A-Z]|(er|or|ist|ian|man|woman|people|person|team|house|officials?|experts?)s?$'
            )
        )

)

select
    article_id,
    region,
    sentence_no,
    start_char,
    cue_id,
    phrase_start,
    source_id,
    source_name,
    source_kind,
    company_id,
    speaker_start,
    score
from in_phrase
where score is not null
union all by name
select
    article_id,
    region,
    sentence_no,
    start_char,
    cue_id,
    phrase_start,
    case
        when source_kind = 'unnamed' then 'unnamed'
        when source_kind = 'company' then house_id
        else {{ slug('source_name') }}
    end as source_id,
    source_name,
    source_kind,
    company_id,
    phrase_start as speaker_start,
    case when phrase_rule = 'speaker-name' then 8.5 else 4 end as score
from described
