"""`make grade` and `make handin`: what a student hands in, and what comes of it.

A submission is a folder (or a zip of it) that `make handin` gathers:

    who                             a line with the name
    predictions/NN-slug.json        as `make predict` keeps them
    drills/NN-slug/DRILL/FILES      what the student wrote, and nothing else
    handout.txt                     the answers to the personal handout

Read

weights.py      what counts how much, in one table
intake.py       a submission, read once and with suspicion: from here on only these bytes are used
marks.py        a grade: tasks with points, each with items that are GOOD, BAD or MISSING
predicting.py   the three parts: what each earns, and why
drilling.py
handing.py
report.py       a grade as a page, as Gradescope's results.json, as JUnit XML
shelf.py        grades on disk: whole or not there, found again by digest
classbook.py    all grades together: a table, a page, a picture of what the class believes
command.py      one submission or many, as many at a time as there are cores
handin.py       the student's side

The tests, the headers and the lab are always this clone's. Of a submission only the files are taken whose names
a drill knows, so nothing that else lies in it can take part.
"""
