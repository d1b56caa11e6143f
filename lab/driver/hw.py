"""The driver's entry: `python3 lab/driver/hw.py COMMAND ...`, which the Makefile calls.

It only looks at the interpreter, in words that any Python 3 understands; the rest is in highwater/.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "the driver needs Python 3.11 or later, and %s is %d.%d; say `make PYTHON=/path/to/python3`\n"
        % (sys.executable, sys.version_info[0], sys.version_info[1]))
    sys.exit(2)

from highwater.cli import main  # noqa: E402  (after the look at the version)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
