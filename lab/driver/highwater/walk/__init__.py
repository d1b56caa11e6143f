"""`make show CHAPTER=01`: a chapter on a projector, screen by screen.

    blocks   the prose as blocks: headings, paragraphs, lists, tables, code, pictures, live output
    steps    the walk: prose, a question for the class, a live run, what came of it, a picture, an answer
    stage    what a step shows: it runs the chapter's program, once for each target
    screen   lines for a terminal of some size: folded, split into pages, headings in bold
    keys     one key at a time, and the terminal as it was afterwards
    command  Enter and space go on, b back, r runs again, o opens the picture, q ends

Nothing is stored but that the runs were shown. Without a terminal all pages are printed, without a pause.
"""
