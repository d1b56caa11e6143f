"""A form that came back: `id: answer` on a line, comments behind #. Read patiently: it may be damaged,
or be no form at all, and a student is to be told which line, not sent away."""

from dataclasses import dataclass, field

from ..complaint import Complaint
from ..predict.answers import Answer, read_answer
from ..predict.questions import Question

SHEET = "sheet"                 # the line that says which sheet the form is of
MOST_LINES = 1000               # far more than a form has: the rest is not looked at


@dataclass
class Form:
    """What a form says: its sheet's number, what stands behind each id, and lines that are none."""

    sheet: str = ""
    given: dict[str, list[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    def answer(self, question: Question) -> Answer:
        """The answer to a question: its text is None where there is none. A complaint if there are
        two, or if it cannot be read."""
        given = self.given.get(question.id, [])
        answers = {answer.text: answer for answer in (read_answer(question, typed) for typed in given)}
        if len(answers) > 1:
            raise Complaint("it is answered twice: " + ", then ".join(given))
        return next(iter(answers.values()), Answer(None))


def read_form(text: str, questions: list[Question]) -> Form:
    """The form; what is wrong with it is in `odd`, a sentence each."""
    form, known = Form(), {question.id for question in questions}
    for number, line in enumerate(text.splitlines()[:MOST_LINES], 1):
        said = line.partition("#")[0].strip()
        id, colon, value = (part.strip() for part in said.partition(":"))
        if not said or (colon and not value):
            continue
        if id == SHEET and colon:
            form.sheet = value
        elif id in known and colon:
            form.given.setdefault(id, []).append(value)
        else:
            form.odd.append(f'line {number}, "{said[:40]}", is not `id: answer` with an id of this sheet')
    return form
