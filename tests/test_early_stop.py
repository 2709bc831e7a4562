"""After a pasted text stopping is offered once questions bring nothing and little is left to learn."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialog import Ask, OfferToStop, Standing, load_script, next_step
from assistant.inference import gains
from assistant.knowledge import parse_answer
from tests.conversing import asked, begin, knowledge, text

REPORT = "\n".join(
    (
        "58-year-old woman with beta-thalassaemia intermedia, transfused twice in her life.",
        "No cancer, no chemotherapy, no G-CSF, no cirrhosis. Spleen removed at 12.",
        "Solitary 5.2 cm lesion, T2 isointense, loses signal on the in-phase image, no washout.",
    )
)


def unanswered(after: int, *, told: bool = True) -> Standing:
    """Return a case in which the last questions were answered with "unknown"."""
    base = knowledge()
    given = {
        name: parse_answer(base.finding(name), value)
        for name, value in {"age": 58, "sex": "female", "marrow_disorder": "thalassemia"}.items()
    }
    script = load_script("liver-lesion", base)
    standing = Standing(given, order="informative", told=told)
    while True:
        step = next_step(base, script, replace(standing, in_vain=0))
        assert isinstance(step, Ask), "the case settles before little is left"
        name = step.question.finding
        left = [q.finding for q in script.questions if q.finding not in standing.answers]
        worth = max(gain.gain + gain.credit for gain in gains(base, standing.answers, left))
        if worth <= base.model.early_stop_bits and step.ground == "informative":
            return replace(standing, in_vain=after)
        unknown = parse_answer(base.finding(name), "unknown")
        standing = replace(standing, answers={**standing.answers, name: unknown}, last=name)


def test_stopping_is_offered_after_enough_questions_in_vain() -> None:
    base = knowledge()
    script = load_script("liver-lesion", base)
    enough = base.model.early_stop_after
    assert next_step(base, script, unanswered(enough)) == OfferToStop(settled=False)
    assert next_step(base, script, unanswered(enough - 1)) != OfferToStop(settled=False)
    assert next_step(base, script, unanswered(enough, told=False)) != OfferToStop(settled=False)
    assert next_step(base, script, replace(unanswered(enough), stop_declined=True)) != OfferToStop(
        settled=False
    )


def test_the_offer_says_why_and_whoever_declines_is_asked_on() -> None:
    interview = begin(REPORT)
    for _ in range(60):
        if asked(interview) == "stop":
            break
        interview.reply("unknown")
    assert interview.prompt.startswith("The last questions brought no answer")
    assert "yes" not in text(interview.reply("no"))
    assert asked(interview) not in (None, "stop")
