"""`make predict`: a chapter's questions, the answers given before a run, and how they came out.

questions.py    what chapter.toml and the prose ask, and by which figures an answer is judged
answers.py      an answer as typed: a number, a choice, a word, `skip`, and how sure one is
store.py        .predictions/NN-slug.json: written whole, once, and never again
ran.py          which targets were shown before anything was predicted
ask.py          asking, at a terminal or from a file
judge.py        an answer beside the run's figure: how far, and the belief behind it
compare.py      answers beside the figures of a run or of the goldens; rows for a grader
page.py         the page after a run
calibration.py  the page over all chapters
beliefs.py      chapters/misconceptions.toml: beliefs by name, and the chapter that treats each
"""
