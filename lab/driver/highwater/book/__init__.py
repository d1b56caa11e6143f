"""`make book`: the chapters as one web site, to be read in a browser without a network.

    place     where each file of the repository stands in the site
    markdown  the text of a page as pandoc gets it: no markers, links turned
    figure    pictures, with their size and their text
    leaf      one page: its title, its sections, its HTML
    sheet     what is around a page: the template page.html, contents, previous and next
    sound     the finished site: every link leads somewhere, nothing comes from outside
    make      all of it, in a folder beside the old book, which it then replaces

How it looks is in page.html and book.css.
"""
