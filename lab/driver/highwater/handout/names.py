"""A name as it is typed, and the one spelling that counts.

A sheet is drawn from a name, so "Ada Lovelace", " ada  lovelace" and "ADA-LOVELACE" must be one
student, on every machine. The spelling that counts is also the name of a folder: it holds letters,
digits and hyphens, of any script, and nothing that means something in a path.
"""

import unicodedata

from ..complaint import Complaint

LONGEST = 60        # letters: a folder's name may have 255 bytes, and a letter up to four


def spelling(name: str) -> str:
    """The spelling that counts, or a complaint about a name that leaves none."""
    plain = _without_accents(unicodedata.normalize("NFKC", name).casefold())
    spelt = "-".join("".join(c if _is_letter(c) else " " for c in plain).split())
    if not spelt:
        raise Complaint(f"{_shown(name)} is no name: letters or digits are needed, as in WHO=ada")
    if len(spelt) > LONGEST:
        raise Complaint(f"{_shown(name)} is no name: {len(spelt)} letters are more than {LONGEST}")
    return spelt


def _is_letter(c: str) -> bool:
    """Letters and digits, and the signs that some scripts write vowels with."""
    return unicodedata.category(c)[0] in "LMN"


def _without_accents(text: str) -> str:
    """Latin letters without their accents: whether one types é or e, it is the same student. The
    marks of other scripts stay: there they are letters."""
    kept: list[str] = []
    for c in unicodedata.normalize("NFD", text):
        if not (unicodedata.category(c) == "Mn" and kept and kept[-1].isascii()):
            kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept))


def _shown(name: str) -> str:
    """A name in a message: short, on one line."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return f'"{printable[:40]}{"..." if len(printable) > 40 else ""}"'
