"""Check that links in Markdown pages lead somewhere: `python -m tools.check_links [ROOT]`.

Looks at files and headings of this tree only; addresses on the web are not visited.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[^\n]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)


def broken_links(root: Path) -> Iterator[str]:
    """Yield one line for each link of a Markdown page that leads nowhere."""
    for page in _pages(root):
        text = _blank_code(page.read_text(encoding="utf-8"))
        for link in _LINK.finditer(text):
            target = unquote(link[1])
            if not _ELSEWHERE.match(target) and (fault := _fault(page, target)):
                line = text.count("\n", 0, link.start()) + 1
                yield f"{page.relative_to(root)}:{line}: {fault}"


def anchors(text: str) -> set[str]:
    """Return the anchors that headings of a page get, as GitHub and VitePress make them."""
    found: set[str] = set()
    for heading in _HEADING.findall(_blank_code(text, spans=False)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        count = 0
        while (candidate := slug if count == 0 else f"{slug}-{count}") in found:
            count += 1
        found.add(candidate)
    return found


def _fault(page: Path, target: str) -> str | None:
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    if not file.exists():
        return f"no such file: {target}"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"no such heading: {target}"
    return None


def _pages(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.md")):
        parts = path.relative_to(root).parts
        if not any(part.startswith(".") or part in {"node_modules", "build", "dist"} for part in parts):
            yield path


def _blank_code(text: str, *, spans: bool = True) -> str:
    """Empty code blocks (and, if asked, spans) but keep their line breaks, so that lines stay countable."""

    def blank(code: re.Match[str]) -> str:
        is_block = code[1] is not None
        return "\n" * code[0].count("\n") if is_block or spans else code[0]

    return _CODE.sub(blank, text)


def main() -> int:
    """Print the broken links; return 1 when there is one."""
    found = list(broken_links(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    for fault in found:
        print(fault)
    print(f"links: {len(found)} broken" if found else "links: all lead somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
