"""A NumPy-style docstring as Markdown."""

import re
from collections.abc import Iterator
from textwrap import dedent

from tools.references.markdown import prose

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
_TERM = re.compile(r"^(\S.*)\n((?:(?:[ ]+.*)?\n?)*)", re.MULTILINE)


def markdown(docstring: str, links: dict[str, str]) -> str:
    """Return `docstring` (cleaned, as ``inspect.getdoc`` gives it), its sections as lists.

    `links` says where the names lead that the text refers to.
    """
    head, *rest = _SECTION.split(docstring)
    parts = [prose(head.strip(), links)]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if title == "Examples":
            parts.append(f"```python\n{_typed(body)}\n```")
        else:
            parts.append(f"{title}:\n\n" + "\n".join(_terms(body, links)))
    return "\n\n".join(filter(None, parts))


def _terms(body: str, links: dict[str, str]) -> Iterator[str]:
    for term, told in _TERM.findall(body.rstrip() + "\n"):
        text = " ".join(prose(dedent(told).strip(), links).split())
        names = ", ".join(f"`{name}`" for name in term.replace("`", "").split(", "))
        yield f"- {names}: {text}" if text else f"- {prose(term, links)}"


def _typed(body: str) -> str:
    """Return what is typed in a session, without its prompts and answers."""
    lines = dedent(body).strip().splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith((">>> ", "... ", "...")))
