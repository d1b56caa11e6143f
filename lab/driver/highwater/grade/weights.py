"""What counts how much. This table is the only place that knows; change it for your course.

A prediction earns its point for being made before the run: right or wrong, it did its work. To reward
judgement as well, let "wrong" earn less than "right".
"""

PREDICTION = {          # points for an answer, by what became of it
    "right": 1.0,
    "wrong": 1.0,
    "skipped": 0.0,
    "changed": 0.0,     # the question was asked in other words then, or was not there
    "unreadable": 0.0,
}
AFTER_THE_RUN = 0.0     # times that, if the run that decides it had been shown before
DRILL = 10.0            # points for a drill, shared by its tests in equal parts
HANDOUT = {             # points for a line of the personal handout
    "GOOD": 2.0,
    "BAD": 0.0,
    "MISSING": 0.0,
}
