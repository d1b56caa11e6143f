"""`make drill`, `make hint`, `make progress`: small things to write, each with its tests.

A drill is a folder chapters/NN-slug/drills/NAME. Read

spec.py       drill.toml and the folder: what is to be written, and under which limits
hints.py      hints.md: each says more than the one before
report.py     what came of a try: an outcome for each test, or what stopped it
symbols.py    what a student's object defines and calls, and what it may
workshop.py   the drill's tests, compiled once; the student's files, compiled and linked with them
verdict.py    what a test program left, read: its report, and the words of a sanitizer
trial.py      one try from beginning to end
bisecting.py  the drill that `make bisect` judges
progress.py   mine/: the student's files, and how far one is
page.py       what is printed
command.py    the three commands

The student's code runs in the process of the tests. So it may call only what a drill needs
(symbols.py): nobody passes by leaving early or by writing the report. What it prints is shown and never read.
"""
