"""`make handout`, `make mark`: a sheet of questions for each student, with numbers of its own and no key.

names.py        a name as it is typed, and the one spelling that counts
questions.py    chapters/handout.toml: what may be asked, and what is drawn for it
places.py       the places <so> in its texts, and what is put into them
draw.py         a name's sheet: every draw is a digest of the name, so no file remembers it
sheet.py        the sheet to read (Markdown), and the form to fill in
form.py         a form that came back, read patiently
lab.py          the right answers: runs of the lab's own programs, made when a sheet is marked
slips.py        wrong numbers that are right in another unit
mark.py         each answer beside the right one: GOOD, BAD or MISSING, and why
command.py      what is printed and written
"""
