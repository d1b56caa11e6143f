"""The book of all chapters: made whole, and looked at in a browser where there is one."""

import json
import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from everything.conftest import complaints_fail, fail_if, standing
from highwater.book.make import make_book
from highwater.book.sound import unsound
from highwater.manifest import Chapter
from highwater.tree import Tree, this_tree

CHAPTERS = [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]]
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TELEPHONE = 390                     # CSS pixels
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is there to look at the book")

# Opens pages in frames as wide as a telephone; writes down how wide each one is inside, and how
# wide its narrowest picture.
MEASURE = """<!DOCTYPE html><body><script>
const seen = {}, pages = %s;
for (const page of pages) {
    const frame = document.createElement("iframe");
    frame.width = %d; frame.height = 800; frame.src = page;
    frame.onload = () => {
        const inside = frame.contentDocument, pictures = [...inside.images].map(i => i.clientWidth);
        seen[page] = [inside.documentElement.scrollWidth, Math.min(9999, ...pictures)];
        frame.remove();
        if (Object.keys(seen).length == pages.length)
            document.body.innerHTML = "<pre>" + JSON.stringify(seen) + "</pre>";
    };
    document.body.append(frame);
}
</script></body>
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, made once."""
    if shutil.which("pandoc") is None:
        pytest.skip("pandoc is not there: no book is made")
    folder = tmp_path_factory.mktemp("book") / "book"
    with complaints_fail():
        make_book(this_tree(), folder)
    return folder


def browse(folder: Path, *words: str) -> str:
    """Runs Chromium without a window; what it prints."""
    done = subprocess.run(
        [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--allow-file-access-from-files", f"--user-data-dir={folder.parent / 'profile'}", *words],
        capture_output=True, text=True, timeout=120, env=os.environ | {"HOME": str(folder.parent)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_book_is_sound(book: Path):
    fail_if(unsound(book))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_in_it(book: Path, tree: Tree, chapter: Chapter):
    page = (book / f"{chapter.name}.html").read_text(encoding="utf-8")
    prose = (chapter.folder / "README.md").read_text(encoding="utf-8")
    assert page.count("<h1") == 1
    assert page.count("<details>") == prose.count("<details>") > 0
    assert page.count("</details>") == page.count("<details>")
    for name in chapter.pictures + chapter.plots:
        shown = f"diagrams/{chapter.name}/{name}.svg"
        assert f'<img src="{shown}"' in page
        assert (book / shown).read_bytes() == (tree.root / shown).read_bytes()
    listed = re.findall(r'<a href="(\d\d-[a-z-]+\.html)"', (book / "index.html").read_text(encoding="utf-8"))
    assert f"{chapter.name}.html" in listed


@needs_browser
def test_a_telephone_shows_pages_and_pictures_whole(book: Path):
    pages = [*sorted(book.glob("*.html")), min(book.rglob("*.h.html"))]
    measure = book.parent / "measure.html"
    measure.write_text(MEASURE % (json.dumps([f"file://{page}" for page in pages]), TELEPHONE))
    said = browse(book, "--virtual-time-budget=60000", "--dump-dom", f"file://{measure}")
    seen = json.loads(re.search(r"<pre>(.*)</pre>", said)[1])
    assert len(seen) == len(pages)
    fail_if([f"{page}: {wide} pixels wide" for page, (wide, _) in seen.items() if wide > TELEPHONE]
            + [f"{page}: a picture is {narrow} pixels wide" for page, (_, narrow) in seen.items()
               if narrow < TELEPHONE / 3])


@needs_browser
@pytest.mark.parametrize("width", [500, 1280])
def test_there_is_something_to_see(book: Path, width: int):
    picture = book.parent / f"{width}.png"
    browse(book, f"--window-size={width},900", f"--screenshot={picture}",
           f"file://{book / CHAPTERS[0].id}.html")
    assert colours(picture.read_bytes()) > 20


def colours(png: bytes) -> int:
    """How many different bytes the pixels of a PNG are made of: a blank page has a handful."""
    assert png.startswith(b"\x89PNG")
    data, at = b"", 8
    while at < len(png):
        length = int.from_bytes(png[at:at + 4], "big")
        if png[at + 4:at + 8] == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += length + 12
    return len(set(zlib.decompress(data)))
