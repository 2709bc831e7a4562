"""Every check, in one list."""

from __future__ import annotations

from assistant.check import cues, evidence, phrases, rules
from assistant.check.material import Check

CHECKS = (
    Check("K201", "warning", "A source that nothing cites.", evidence.unused_sources),
    Check(
        "K202",
        "warning",
        "A row, a prior, a patient group or an advice graded A to C that names no source.",
        evidence.graded_without_source,
    ),
    Check(
        "K203",
        "warning",
        "A row of grade D without a note: judgement says what it rests on.",
        evidence.judgement_without_note,
    ),
    Check("K204", "warning", "An `n` without a source that counted it.", evidence.count_without_source),
    Check(
        "K205",
        "note",
        "An `n` beside grade D: the source counted patients, the figure is judged all the same.",
        evidence.counted_judgement,
    ),
    Check(
        "K206",
        "warning",
        "A context (conditional table) whose parents can never be answered so, gates included.",
        evidence.impossible_contexts,
    ),
    Check(
        "K207",
        "warning",
        "A context that is never taken, because an earlier one holds whenever it does.",
        evidence.shadowed_contexts,
    ),
    Check("K208", "warning", "A context for which no diagnosis has rows.", evidence.contexts_without_rows),
    Check(
        "K211",
        "warning",
        "One phrase under two values of a finding, after folding of case, articles, plurals and spelling.",
        phrases.two_values,
    ),
    Check(
        "K212",
        "warning",
        "Two phrases of one value that are compared alike (the pill, pill), one of them only `if_asked`.",
        phrases.both_strengths,
    ),
    Check(
        "K213",
        "warning",
        "One phrase that means a value of two findings in any reply.",
        phrases.two_findings,
    ),
    Check("K214", "note", "A sign of two findings at once; it says that both are so.", phrases.shared_signs),
    Check(
        "K215",
        "warning",
        "An ordinary word (ordinary_words.txt) alone under `synonyms` or `signs`: it counts in any reply.",
        phrases.ordinary_synonyms,
    ),
    Check("K216", "warning", "A phrase without a word that is compared.", phrases.empty_phrases),
    Check(
        "K217",
        "warning",
        "A cue in two lists of cues.yaml that exclude each other.",
        cues.excluding_cues,
    ),
    Check("K218", "error", "An id in cues.yaml that does not exist.", cues.unknown_in_cues),
    Check(
        "K219",
        "note",
        "A phrase that stands twice under one value; of `synonyms` and `if_asked` the first counts.",
        phrases.needless_phrases,
    ),
    Check("K220", "error", "A list of cues.yaml in another shape than it is read in.", cues.malformed_cues),
    Check(
        "K221", "warning", "Advice that can never fire: its demands exclude each other.", rules.silent_advice
    ),
    Check(
        "S201",
        "warning",
        "A question that can never be asked: its `when` cannot hold, also not with what its parents demand.",
        rules.unaskable_questions,
    ),
    Check(
        "S202",
        "warning",
        "A condition under `must_ask` that never holds while the question may be asked.",
        rules.idle_must_ask,
    ),
    Check("S203", "warning", "A finding that no script asks about.", rules.findings_without_question),
    Check(
        "S204",
        "note",
        "A condition on a finding that the script does not ask; only an aside or a narrative can answer it.",
        rules.unasked_parents,
    ),
    Check(
        "S205",
        "note",
        "A condition on a finding that is asked further down; in scripted order it comes too late.",
        rules.late_parents,
    ),
)
"""To add a check: its function beside its kin, its line here, and a file in tests/bad/check/."""
