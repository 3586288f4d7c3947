"""A Python session that reads blocks as JSON lines and answers each with what it printed.

Run by path as a process of its own. Like a notebook it shows the value of a last expression. Command lines
without anything for a shell in them run here too, which spares each the start of a process.
"""

import ast
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

from tradewright.entrypoints.cli.main import exit_code


def answer(asked: str | list[list[str]], names: dict[str, Any]) -> tuple[bool, str]:
    """Run code among `names`, or command lines; return whether all ran through, and what they printed."""
    return _code(asked, names) if isinstance(asked, str) else _commands(asked)


def _commands(lines: list[list[str]]) -> tuple[bool, str]:
    printed = StringIO()
    with redirect_stderr(printed):
        good = all(_command(words, printed) for words in lines)
    return good, printed.getvalue()


def _command(words: list[str], printed: StringIO) -> bool:
    to_nowhere = words[-2:] == [">", "/dev/null"]
    with redirect_stdout(StringIO() if to_nowhere else printed):
        return exit_code(words[:-2] if to_nowhere else words) == 0


def _code(text: str, names: dict[str, Any]) -> tuple[bool, str]:
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            exec(compile(tree, "page", "exec"), names)  # noqa: S102 - pages of this repository
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307 - as above
                if value is not None:
                    print(repr(value))
        except Exception:  # noqa: BLE001 - told to the one who asked
            traceback.print_exc()
            return False, printed.getvalue()
    return True, printed.getvalue()


def main() -> None:
    """Answer until there is nothing more to read."""
    sys.path.insert(0, "")
    names: dict[str, Any] = {"__name__": "__main__"}
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line), names)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
