"""Article → annotations: what stands where in the text. Pure: no network, no clock, no DuckDB, no judgement."""

from pipelines.annotate.annotator import annotate
from pipelines.annotate.lexicon import Lexicon, annotator_version, load_lexicon
from pipelines.annotate.sentences import split_sentences

__all__ = ["Lexicon", "annotate", "annotator_version", "load_lexicon", "split_sentences"]
