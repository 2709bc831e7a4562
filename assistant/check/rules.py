"""Checks of conditions in advice and scripts: what can never fire or be asked, and what is asked nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, product

from assistant.check.material import Material, Spot
from assistant.check.possible import Demand, Way, can_hold, consistent, ways
from assistant.dialog import Question, Script
from assistant.knowledge import Condition
from assistant.yamlfile import Key


def silent_advice(material: Material) -> Iterator[Spot]:
    """Find advice whose condition can never hold."""
    file = material.files.get("advice.yaml")
    for rule in material.knowledge.advice if file else ():
        if file and not can_hold(rule.when, material.knowledge.findings):
            yield Spot(
                file, ("advice", rule.id, "when"), f"{rule.id} can never fire: its demands exclude each other"
            )


def unaskable_questions(material: Material) -> Iterator[Spot]:
    """Find questions that can never be put."""
    for script, file in material.scripts:
        for question, key in _questions(script):
            if not _askable(question, (question.when,), script, material):
                told = f"{question.finding} can never be asked: what `when` demands cannot all be so"
                yield Spot(file, (*key, "when"), told)


def idle_must_ask(material: Material) -> Iterator[Spot]:
    """Find questions whose `must_ask` never holds while they can be asked."""
    for script, file in material.scripts:
        for question, key in _questions(script):
            when, must = question.when, question.must_ask_when
            idle = _askable(question, (when,), script, material) and not _askable(
                question, (when, must), script, material
            )
            if question.must_ask and idle:
                told = f"must_ask of {question.finding} never holds while it may be asked"
                yield Spot(file, (*key, "must_ask"), told)


def _askable(question: Question, conditions: Sequence[Condition], script: Script, material: Material) -> bool:
    """Say whether all `conditions` can hold while the question itself is open."""
    own = Demand(question.finding, answered=False)
    return any(
        consistent(
            (*_with_parents(tuple(chain.from_iterable(choice)), script), own), material.knowledge.findings
        )
        for choice in product(*map(ways, conditions))
    )


def _with_parents(way: Way, script: Script) -> Way:
    """Return `way` with what the questions behind its answers demand in turn.

    Only demands on answers are followed: that a parent was asked before something else was answered says
    nothing of what is answered now.
    """
    found = list(way)
    followed: set[str] = set()
    for demand in found:
        if not isinstance(demand, Demand) or not demand.needs_answer or demand.finding in followed:
            continue
        followed.add(demand.finding)
        parent = script.question(demand.finding)
        if parent is not None:
            # the list grows while it is walked, so that grandparents are followed too
            found.extend(Demand(name, within=values) for name, values in parent.when.values.items())
            found.extend(Demand(name, inside=span) for name, span in parent.when.spans.items())
    return tuple(found)


def findings_without_question(material: Material) -> Iterator[Spot]:
    """Find findings that no script asks about."""
    if not material.all_scripts or not material.scripts:
        return
    asked = {question.finding for script, _ in material.scripts for question in script.questions}
    longest = max(material.scripts, key=lambda pair: len(pair[0].questions))
    for name in material.knowledge.findings:
        if name not in asked:
            yield Spot(longest[1], ("sections",), f"no script asks about {name}; add a question")


def unasked_parents(material: Material) -> Iterator[Spot]:
    """Find conditions on findings that their script does not ask about."""
    for script, file in material.scripts:
        for question, key in _questions(script):
            for name in sorted(_parents(question)):
                if script.question(name) is None:
                    told = f"rests on {name}, which this script does not ask; only an aside can answer it"
                    yield Spot(file, (*key, "when"), told)


def late_parents(material: Material) -> Iterator[Spot]:
    """Find conditions on findings that are asked further down."""
    for script, file in material.scripts:
        order = [question.finding for question in script.questions]
        for place, (question, key) in enumerate(_questions(script)):
            for name in sorted(_parents(question)):
                if name in order[place + 1 :]:
                    told = f"rests on {name}, which stands further down; keep a parent above its children"
                    yield Spot(file, (*key, "when"), told)


def _parents(question: Question) -> frozenset[str]:
    return (question.when.findings | question.must_ask_when.findings) - {question.finding}


def _questions(script: Script) -> Iterator[tuple[Question, Key]]:
    for place, section in enumerate(script.sections):
        for index, question in enumerate(section.questions):
            yield question, ("sections", place, "questions", index)
