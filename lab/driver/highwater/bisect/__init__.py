"""`make bisect`: a row of revisions, one of which brought a regression, and a student's check.

Read halving first (which revision to ask about), then row (what the revisions are), trial (how the
check is run), page (what is shown), repository (the row as a git history), command.

The halving is done here and not by git: a student sees each step, a check that hangs, crashes or
floods stops with a sentence, and it can be tested for every length and every position. The steps are
those of git, and `make bisect REPOSITORY=folder` hands the same row to the real one.
"""
