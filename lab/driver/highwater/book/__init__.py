"""`make book`: the chapters as one web site, to be read in a browser without a network.

    place   where each file of the repository stands in the site
    leaf    one page: its Markdown as pandoc gets it, its headings, its HTML
    sheet   what is around a page: the template page.html, contents, previous and next
    sound   the finished site: every link leads somewhere, nothing comes from outside
    make    all of it, in a folder beside the old book, which it then replaces
"""
