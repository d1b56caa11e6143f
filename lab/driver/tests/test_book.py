"""`make book` on a small tree: what becomes a page, what a page shows, and what stops the book."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CLEAN, DRIVER, ROOT
from highwater.book.make import make_book
from highwater.book.sound import unsound
from highwater.complaint import Complaint
from highwater.tree import Tree

needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None,
                                  reason="pandoc is not there: no book is made")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><rect width="5" height="5"/></svg>\n'
FILES = {
    "README.md": "# Small & fine\n\n[One](chapters/01-one/README.md), [all of it](chapters), [law](LICENSE).\n",
    "LICENSE": "Do as you like, with <b> and ~~~ in it.\n",
    "chapters/SOURCES.md": "# Sources\n\n| id | here |\n|---|---|\n| F01 | [1](01-one/README.md) |\n",
    "chapters/01-one/chapter.toml": 'number = 1\nslug = "one"\ntitle = "First"\n'
                                    'question = "Is it < 2?"\ntargets = ["retain"]\npictures = ["box"]\n',
    "chapters/01-one/README.md": """# 1. First

It takes
<!-- = retain.a.b -->2<!-- / -->. Then *more*, says
<!-- F01 -->two<!-- / -->.

<!-- output retain -->
```text
<!-- as it is --> [no](link)
```
<!-- /output -->

<!-- code lab/a.c answer -->
```c
int answer(void)
{
    return 42;
}
```
<!-- /code -->

![A box](../../diagrams/01-one/box.svg)

See chapter 2, `chapter 2`, chapter 1, [chapter 2](../02-two/README.md) and chapter 7.

### After chapter 2

## Some `code`, and more

A span `<!-- stays -->`. [Back](#some-code-and-more), [on](../02-two/README.md#drills), [aside](drills/more.md).

<details><summary>Answer</summary>

It is *two*.

</details>
""",
    "chapters/01-one/drills/more.md": "# More\n\n[a file](../../../lab/a.c), [home](../../../README.md)\n",
    "chapters/02-two/chapter.toml": 'number = 2\nslug = "two"\ntitle = "Second"\nquestion = "?"\n'
                                    'targets = ["retain"]\n',
    "chapters/02-two/README.md": "# 2. Second\n\n## Drills\n\nNone.\n",
    "diagrams/01-one/box.svg": SVG,
    "lab/a.c": "/* a */\n\nint answer(void)\n{\n    return 42;\n}\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text, encoding="utf-8")
    return tmp_path / "tree"


def book(root: Path) -> Path:
    make_book(Tree(root), root / "build/book")
    return root / "build/book"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def driver(root: Path, **environment: str):
    return subprocess.run([sys.executable, str(DRIVER / "hw.py"), "book"],
                          capture_output=True, text=True,
                          env=os.environ | {"HIGHWATER_ROOT": str(root)} | environment)


def edit(path: Path, old: str, new: str) -> None:
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))


@needs_pandoc
def test_what_is_in_the_book(root):
    assert list(files(book(root))) == [
        "01-one.html", "02-two.html", "LICENSE.html", "book.css", "chapters/01-one/drills/more.html",
        "diagrams/01-one/box.svg", "index.html", "lab/a.c.html", "sources.html"]


@needs_pandoc
def test_a_chapters_page(root):
    page = (book(root) / "01-one.html").read_text()
    assert "<title>1. First – Small &amp; fine</title>" in page
    assert '<p class="question">Is it &lt; 2?</p>' in page
    assert "<p>It takes 2. Then <em>more</em>, says two.</p>" in page
    assert "&lt;!-- as it is --&gt; [no](link)" in page and "<code>&lt;!-- stays --&gt;</code>" in page
    assert ('<a href="diagrams/01-one/box.svg"><img src="diagrams/01-one/box.svg" alt="A box"'
            ' width="90" height="60"></a><figcaption>A box</figcaption>') in page
    assert "<details><summary>Answer</summary>\n\n<p>It is <em>two</em>.</p>\n</details>" in page
    assert '<a href="02-two.html#drills">on</a>' in page
    assert '<a href="chapters/01-one/drills/more.html">aside</a>' in page


@needs_pandoc
def test_a_chapter_that_is_named_is_linked(root):
    page = (book(root) / "01-one.html").read_text()
    chapter_2 = '<a href="02-two.html">chapter 2</a>'
    assert f"<p>See {chapter_2}, <code>chapter 2</code>, chapter 1, {chapter_2} and chapter 7.</p>" in page
    assert ">After chapter 2</h3>" in page


@needs_pandoc
def test_what_a_killed_run_left_is_swept(root):
    running = root / f"build/.book.{os.getpid()}.of-one-that-runs"
    for left in (root / "build/.book.99999999.x", root / "build/.book.old-style", running):
        left.mkdir(parents=True)
        (left / "page.html").write_text("half")
    book(root)
    assert sorted(path.name for path in (root / "build").iterdir()) == [running.name, "book"]


@needs_pandoc
def test_a_pictures_size_may_be_in_points(root):
    edit(root / "diagrams/01-one/box.svg", 'viewBox="0 0 90 60"',
         'width="90pt" height="60pt" viewBox="0 0 1 1"')
    assert 'alt="A box" width="120" height="80">' in (book(root) / "01-one.html").read_text()


@needs_pandoc
def test_code_leads_to_its_line(root):
    folder = book(root)
    assert ('<p class="from"><a href="lab/a.c.html#cb1-3">lab/a.c</a> answer</p>'
            in (folder / "01-one.html").read_text())
    assert '<span id="cb1-3"><a href="#cb1-3"></a>' in (folder / "lab/a.c.html").read_text()


@needs_pandoc
def test_any_text_becomes_a_page_as_it_stands(root):
    assert "Do as you like, with &lt;b&gt; and ~~~ in it." in (book(root) / "LICENSE.html").read_text()


@needs_pandoc
def test_a_folder_is_its_name(root):
    assert "all of it, <a" in (book(root) / "index.html").read_text()


@needs_pandoc
def test_ways_between_pages(root):
    folder = book(root)
    first = (folder / "01-one.html").read_text()
    aside = (folder / "chapters/01-one/drills/more.html").read_text()
    assert '<a rel="prev" href="index.html">' in first and '<a rel="next" href="02-two.html">' in first
    assert '<a rel="next" href="sources.html">' in (folder / "02-two.html").read_text()
    assert 'rel="prev"' not in (folder / "index.html").read_text()
    assert 'rel="next"' not in (folder / "sources.html").read_text()
    assert first.count("aria-current") == 1 and '<a href="01-one.html" aria-current="page">' in first
    assert '<li><a href="#some-code-and-more">Some code, and more</a></li>' in first
    assert "aria-current" not in aside and '<a href="../../../01-one.html">' in aside
    assert 'href="../../../book.css"' in aside


@needs_pandoc
def test_twice_is_the_same_and_replaces_all(root):
    assert driver(root, PYTHONHASHSEED="1").returncode == 0
    before = files(root / "build/book")
    (root / "build/book/of-old.html").write_text("old")
    done = driver(root, PYTHONHASHSEED="2")
    assert (done.stdout, done.stderr) == ("7 pages: open build/book/index.html in a browser.\n", "")
    assert files(root / "build/book") == before
    assert [path.name for path in (root / "build").iterdir()] == ["book"]


@needs_pandoc
@pytest.mark.parametrize("file, old, new, said", [
    ("chapters/01-one/README.md", "drills/more.md", "drills/none.md",
     "chapters/01-one/README.md:30: the link drills/none.md leads nowhere"),
    ("chapters/01-one/README.md", "drills/more.md", "../../../tree2",
     "the link ../../../tree2 leads out of the repository"),
    ("chapters/01-one/README.md", "#drills", "#none", "there is no anchor #none in 02-two.html"),
    ("chapters/01-one/README.md", "(#some-code-and-more)", "(#none)", "no anchor #none in 01-one.html"),
    ("chapters/01-one/README.md", "a.c answer", "a.c question",
     'chapters/01-one/README.md:13: lab/a.c defines no "question"'),
    ("chapters/01-one/README.md", "../../diagrams/01-one/box.svg", "https://example.org/box.svg",
     "https://example.org/box.svg would be loaded from outside"),
    ("diagrams/01-one/box.svg", "viewBox", "view", "box.svg does not say how large it is"),
    ("diagrams/01-one/box.svg", "<rect", '<image href="other.png"/><rect', "box.svg: loads something"),
    ("chapters/02-two/README.md", "None.", 'A <a id="drills"></a>second one.', "#drills is there twice"),
    ("chapters/02-two/README.md", "None.", '<a href="lost.html">lost</a>', "link lost.html leads nowhere"),
])
def test_what_is_wrong_stops_it_and_leaves_the_old_book(root, file, old, new, said):
    (root.parent / "tree2").write_text("")
    before = files(book(root))
    edit(root / file, old, new)
    with pytest.raises(Complaint) as complaint:
        book(root)
    assert said in str(complaint.value) and len(str(complaint.value).splitlines()) == 1
    assert files(root / "build/book") == before
    assert [path.name for path in (root / "build").iterdir()] == ["book"]


@pytest.mark.parametrize("page, said", [
    ('<p id="a">', None),
    ('<a href="https://example.org">', None),
    ('<a href="p.html#a">', "p.html:1: there is no anchor #a in p.html"),
    ('<a href="../out.html">', "p.html:1: the link ../out.html leads nowhere"),
    ('<a href="//example.org/x">', None),
    ('<script src="//example.org/x.js"></script>',
     "p.html:1: //example.org/x.js would be loaded from outside"),
    ('<link rel="stylesheet" href="http://example.org/x.css">',
     "p.html:1: http://example.org/x.css would be loaded from outside"),
    ('\n<img src="none.svg">', "p.html:2: the link none.svg leads nowhere"),
    ("\n<!-- F01 -->", "p.html:2: a comment is left"),
])
def test_a_page_is_looked_at(tmp_path, page, said):
    (tmp_path / "book").mkdir()
    (tmp_path / "out.html").write_text("")
    (tmp_path / "book/p.html").write_text(page)
    assert unsound(tmp_path / "book") == ([said] if said else [])


@pytest.mark.parametrize("style", ['@import "x.css";', "a { background: url(https://example.org/x.png) }"])
def test_a_style_sheet_is_looked_at(tmp_path, style):
    (tmp_path / "book.css").write_text(style)
    assert unsound(tmp_path) == ["book.css: loads something from elsewhere"]


def test_without_pandoc_one_sentence(root):
    done = driver(root, PATH=str(root))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "pandoc is not there to make the book; `make book` installs it if it may\n"
    assert not (root / "build/book").exists()


def test_make_installs_and_makes():
    done = subprocess.run(["make", "--no-print-directory", "-n", "book", "PYTHON=python3"],
                          cwd=ROOT, env=CLEAN, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["sh lab/driver/setup.sh install pandoc",
                                        "python3 lab/driver/hw.py book"], done.stderr
