-- Sentences in Konjunktiv I, the mood of reported speech.
select distinct
    cues.article_id,
    cues.sentence_no,
    cues.region
from {{ ref('stg_cues') }} as cues
inner join {{ ref('cues') }} as lexicon using (cue_id)
where lexicon.kind = 'reported'
