-- Words that present companies as rivals, with how much text lies between their parts.
select
    cues.article_id,
    cues.region,
    cues.sentence_no,
    cues.clause_no,
    cues.start_char,
    cues.end_char,
    cues.last_char,
    cues.surface,
    cues.cue_id,
    lexicon.language,
    lexicon.strength,
    lexicon.slot
from {{ ref('stg_cues') }} as cues
inner join {{ ref('cues') }} as lexicon using (cue_id)
where lexicon.kind = 'rival' and cues.region in {{ claiming_regions() }}
