-- "Konkurrent Huawei", "Apple-Rivale", "Boeing, the rival of Airbus", "Aldi und Lidl sind Rivalen".
with cues as (

    select *
    from {{ ref('int_rival_cues') }}
    where slot = 'name'

),

names as (

    select * from {{ ref('int_rival_names') }}

),

beside as (

    -- the name the noun stands by, with at most two words and no comma between them
    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        names.company_id as rival_id,
        names.start_char as rival_start,
        names.list_no
    from cues
    inner join names using (article_id, sentence_no)
    where
        names.kind = 'name'
        and names.start_char between cues.end_char and cues.end_char + 40
        and regexp_matches(
            substr(names.sentence, cues.end_char - names.sentence_start + 1, names.start_char - cues.end_char),
            '^[\s„"“]*((wie|like|such as|including|the|die|den|[a-z]+maker|[A-ZÄÖÜ][\w-]+|[a-zäöü]+e[nrs]?)\s+){0,2}$'
        )
        and names.preposition is distinct from 'of'
        and names.preposition is distinct from 'von'
        and names.preposition is distinct from 'to'
    qualify row_number() over (
        partition by cues.article_id, cues.sentence_no, cues.start_char, cues.cue_id order by names.start_char
    ) = 1

),

owners as (

    -- whose rival: a compound's first part, a genitive or possessive before the noun, "von" or "of" behind it
    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        names.company_id as owner_id,
        names.start_char as owner_start,
        case
            when names.end_char between cues.start_char - 1 and cues.start_char then 4
            when
                (names.is_genitive or names.kind = 'possessive') and cues.start_char - names.end_char between 0 and 40
                then 3
            when
                names.start_char - cues.end_char between 0 and 25
                and regexp_matches(
                    substr(names.sentence, cues.end_char - names.sentence_start + 1, names.start_char - cues.end_char),
                    '^\s(von|vom|of|to|für|for)\s'
                )
                then 2
        end as fit
    from cues
    inner join names using (article_id, sentence_no)
    where fit is not null
    qualify row_number() over (
        partition by cues.article_id, cues.sentence_no, cues.start_char, cues.cue_id
        order by fit desc, names.start_char asc
    ) = 1

),

subjects as (

    -- the nearest bare name before the noun (or before its owner)
    select
        cues.article_id,
        cues.sentence_no,
        cues.start_char,
        cues.cue_id,
        names.company_id as subject_id,
        names.start_char as subject_start,
        names.list_no
    from cues
    inner join names using (article_id, sentence_no)
    left join owners
        on
            cues.article_id = owners.article_id
            and cues.sentence_no = owners.sentence_no
            and cues.start_char = owners.start_char
            and cues.cue_id = owners.cue_id
    where
        names.end_char <= cues.start_char
        and names.company_id is distinct from owners.owner_id
        and (
            names.preposition is null
            -- "to Canva, its fiercest rival": an apposition speaks of the name right before it
            or substr(names.sentence, names.end_char - names.sentence_start + 1, 6) in (
                ', its ', ', the ', ', dem ', ', den ', ', der '
            )
        )
        and names.compound_head is null
        and not names.is_genitive
    qualify row_number() over (
        partition by cues.article_id, cues.sentence_no, cues.start_char, cues.cue_id order by names.start_char desc
    ) = 1

),

situations as (

    select
        cues.article_id,
        cues.region,
        cues.sentence_no,
        cues.cue_id,
        cues.strength,
        cues.surface,
        beside.rival_id,
        beside.list_no as rival_list,
        beside.rival_start,
        owners.owner_id,
        subjects.subject_id,
        subjects.subject_start,
        subjects.list_no as subject_list,
        protagonists.company_id as protagonist_id
    from cues
    left join beside using (article_id, sentence_no, start_char, cue_id)
    left join owners using (article_id, sentence_no, start_char, cue_id)
    left join subjects using (article_id, sentence_no, start_char, cue_id)
    left join {{ ref('int_protagonists') }} as protagonists on cues.article_id = protagonists.article_id

),

pairs as (

    -- a rival named beside the noun, and the rest of its list
    select
        situations.article_id,
        situations.region,
        situations.sentence_no,
        situations.cue_id,
        situations.strength,
        names.company_id as one_id,
        coalesce(situations.owner_id, situations.subject_id, situations.protagonist_id) as other_id
    from situations
    inner join names using (article_id, sentence_no)
    where
        names.start_char = situations.rival_start
        or (
            situations.rival_list > 0
            and names.list_no = situations.rival_list
            and names.start_char > situations.rival_start
        )

    union all

    -- "Boeing, the rival of Airbus": the noun speaks of the subject, and the rest of its list
    select
        situations.article_id,
        situations.region,
        situations.sentence_no,
        situations.cue_id,
        situations.strength,
        coalesce(names.company_id, situations.protagonist_id) as one_id,
        situations.owner_id as other_id
    from situations
    left join names
        on
            situations.article_id = names.article_id
            and situations.sentence_no = names.sentence_no
            and (
                situations.subject_start = names.start_char
                or (situations.subject_list > 0 and situations.subject_list = names.list_no)
            )
    where situations.rival_id is null and situations.owner_id is not null

    union all

    -- "Aldi und Lidl sind Rivalen": each of the list with each
    select
        situations.article_id,
        situations.region,
        situations.sentence_no,
        situations.cue_id,
        situations.strength,
        ones.company_id as one_id,
        others.company_id as other_id
    from situations
    inner join names as ones using (article_id, sentence_no)
    inner join names as others using (article_id, sentence_no)
    where
        situations.rival_id is null
        and situations.owner_id is null
        and regexp_matches(situations.surface, '(en|s|er|n)$')
        and ones.list_no > 0
        and ones.list_no = situations.subject_list
        and others.list_no = situations.subject_list
        and ones.start_char < others.start_char

)

select *
from pairs
where one_id != other_id
