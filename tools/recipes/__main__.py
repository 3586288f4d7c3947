"""Run pages and say where one shows something else than is printed.

`python -m tools.recipes [--write] [PAGE]...`: with `--write` what is printed is written into the page, except
where the page shows only a part of it.
"""

import sys
import tempfile
from pathlib import Path

from tools.recipes.page import Block, agrees, blocks, pages
from tools.recipes.runner import Desk, FailedBlockError


def differences(root: Path, page: Path, folder: Path) -> list[tuple[Block, str]]:
    """Return the blocks of `page` under which something else is shown than they print, with what they do."""
    text = page.read_text(encoding="utf-8")
    with Desk(root, folder) as desk:
        return [
            (block, printed)
            for block, printed in desk.run(blocks(text))
            if block.output is not None and not agrees(text[slice(*block.output)], printed)
        ]


def rewritten(text: str, found: list[tuple[Block, str]]) -> str:
    """Return `text` with what was printed in place of what is shown, but where three dots leave out some."""
    for block, printed in reversed(found):
        if block.output is not None and "\n...\n" not in f"\n{text[slice(*block.output)]}":
            text = text[: block.output[0]] + printed + text[block.output[1] :]
    return text


def main(arguments: list[str]) -> int:
    """Run the pages named, or all; return 1 when one shows what is not printed."""
    root = Path.cwd()
    write = "--write" in arguments
    chosen = [root / name for name in arguments if name != "--write"] or pages(root)
    faults = 0
    for page in chosen:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = differences(root, page, Path(folder))
            except FailedBlockError as failure:
                print(f"{page.relative_to(root)}: {failure}")
                faults += 1
                continue
        if write:
            text = page.read_text(encoding="utf-8")
            page.write_text(rewritten(text, found), encoding="utf-8")
        for block, printed in found:
            print(f"{page.relative_to(root)}:{block.line}: prints\n{printed}")
        faults += len(found)
    print(f"recipes: {faults} differ" if faults else "recipes: each prints what its page shows")
    return 1 if faults and not write else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
