"""The sheet that every picture is drawn on: title, colours in dark and light, legend, lines below.

A sheet is 720 units wide. Where it is shown narrow its text is set larger, so that it can be read on a
phone; everything is placed such that both sizes fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zlib import crc32

import numpy as np

from tradewright.core.isolation import isolated
from tradewright.reports.sweeps.palette import numbered, picture_uri
from tradewright.reports.sweeps.scale import Measure, Scale, round_levels

WIDTH = 720
RIGHT = 18
LINE, TITLE_LINE = 30, 36
# Letters of the large size that fit into one unit of width, and into a line.
PER_LETTER = 12.6
_LETTERS, _TITLE_LETTERS = 57, 42

_STYLE = """
.tw-sweep{--surface:#fdfdfc;--ink:#1a1d20;--muted:#5b6168;--line:#b9bec2;--hatch:#c9cdd0;
display:block;width:100%;max-width:720px;height:auto;background:var(--surface);
font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
@media (prefers-color-scheme:dark){.tw-sweep{--surface:#121416;--ink:#e3e6e8;--muted:#98a0a7;
--line:#4a5157;--hatch:#3a4046}}
.tw-sweep text{font-size:15px;fill:var(--ink);font-variant-numeric:tabular-nums}
.tw-sweep .t{font-size:20px;font-weight:600}.tw-sweep .m{fill:var(--muted)}
.tw-sweep .f{fill:none;stroke:var(--line)}.tw-sweep .g{stroke:var(--line);stroke-width:1}
.tw-sweep .h{stroke:var(--hatch);stroke-width:2}.tw-sweep .back{fill:var(--surface)}
.tw-sweep .over,.tw-sweep .under{fill:none;stroke-width:2;stroke:#000}
.tw-sweep .under{stroke-width:5;stroke:#fff}.tw-sweep .c{fill:none}.tw-sweep image{image-rendering:pixelated}
.tw-sweep .cell{fill:transparent}.tw-sweep .cell:hover{stroke:var(--ink);stroke-width:2}
.tw-sweep .iso{fill:none;stroke:#000;stroke-opacity:.55;stroke-width:1}
.tw-sweep .halo{paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}
.tw-sweep polyline.c{stroke-opacity:.7;stroke-width:1.3}
.tw-sweep .k{fill:none;stroke:var(--ink);stroke-width:2}
@media (max-width:560px){.tw-sweep text{font-size:23px}.tw-sweep .t{font-size:27px}}
"""


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands on a sheet, in its units."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


class Sheet:
    """A picture in the making: parts, and how far down it is filled."""

    def __init__(self, title: str, below: Sequence[str]) -> None:
        self._title, self._said = title, list(below)
        self._parts: list[str] = []
        self.y = 6.0
        self.hatch = f"hatch-{crc32(repr((title, below)).encode()):08x}"
        for line in wrapped(title, _TITLE_LETTERS):
            self.line(line, "t", TITLE_LINE)
        for sentence in below:
            self.lines(sentence)

    def add(self, markup: str) -> None:
        """Draw markup."""
        self._parts.append(markup)

    def line(self, text: str, look: str = "", height: float = LINE, left: float = 10) -> None:
        """Write one line at the left, and go down."""
        self.y += height
        self.text(left, self.y - 9, text, look)

    def lines(self, text: str, look: str = "m", left: float = 10) -> None:
        """Write text over as many lines as it needs."""
        for part in wrapped(text, _LETTERS - int((left - 10) / PER_LETTER)):
            self.line(part, look, left=left)

    def text(self, x: float, y: float, text: str, look: str = "", anchor: str = "start") -> None:
        """Write text at a place."""
        turn = "" if anchor == "start" else f' text-anchor="{anchor}"'
        style = f' class="{look}"' if look else ""
        self.add(f'<text x="{x:.1f}" y="{y:.1f}"{style}{turn}>{safe(text)}</text>')

    def room(self, height: float, *, left: float, right: float = RIGHT) -> Box:
        """Take room for a plot, framed, with hatching that shows where nothing covers it."""
        box = Box(left, self.y + 6, WIDTH - left - right, height)
        self.y = box.bottom
        return box

    def hatched(self, box: Box) -> None:
        """Hatch a box."""
        self.add(_rect(box, f'fill="url(#{self.hatch})"'))

    def image(self, box: Box, uri: str) -> None:
        """Stretch an image over a box."""
        self.add(
            f'<image x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
            f'preserveAspectRatio="none" href="{uri}"/>'
        )

    def frame(self, box: Box) -> None:
        """Draw the outline of a box."""
        self.add(_rect(box, 'class="f"'))

    def legend(self, measure: Measure, scale: Scale, of: str) -> None:
        """Draw the bar of colours with the values that its ends and round places stand for."""
        self.y += 12
        self.lines(f"{measure.heading}: {of}", "")
        box = Box(10, self.y + 2, WIDTH - 20, 18)
        values = np.linspace(scale.low, scale.high, 256)[None, :]
        self.image(box, picture_uri(numbered(scale.colours(values))))
        self.frame(box)
        self.y = box.bottom + 34
        span = scale.high - scale.low
        texts = [(0.0, ("≤ " if scale.below else "") + measure.text(scale.low, span), "start")]
        texts += [(1.0, ("≥ " if scale.above else "") + measure.text(scale.high, span), "end")]
        for value in round_levels(scale, 4):
            share = (value - scale.low) / span
            if 0.28 < share < 0.72:
                texts.append((share, measure.text(value, span), "middle"))
        for share, text, anchor in _apart(texts):
            self.text(box.left + share * box.width, self.y - 4, text, "m", anchor)

    def key(self, mark: str, text: str) -> None:
        """Write a line that says what a mark means; `mark` is drawn around 0, 0."""
        at = self.y + LINE / 2 + 2
        self.add(f'<g transform="translate(22 {at:.1f})">{mark}</g>')
        self.lines(text, "", left=44)

    def hatch_key(self, text: str) -> None:
        """Write a line that says what hatching means."""
        self.hatched(Box(11, self.y + 8, 22, 18))
        self.frame(Box(11, self.y + 8, 22, 18))
        self.lines(text, "", left=44)

    def svg(self) -> str:
        """Return the whole picture."""
        height = self.y + 12
        said = ". ".join([self._title, *self._said])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tw-sweep" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'role="img" aria-label="{safe(said)}"><style>{_STYLE}</style>'
            f'<defs><pattern id="{self.hatch}" width="8" height="8" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path class="h" d="M0 0V8"/></pattern></defs>'
            f'<rect class="back" width="{WIDTH}" height="{height:.0f}"/>{"".join(self._parts)}</svg>'
        )


def safe(text: str) -> str:
    """Return text as markup, in which names of any script cannot turn what stands around them."""
    return escape(isolated("".join(letter for letter in text if letter.isprintable())))


def wrapped(text: str, letters: int) -> list[str]:
    """Return text in lines of at most so many letters; longer words are cut into pieces."""
    lines = [""]
    for word in text.split():
        pieces = [word[i : i + letters] for i in range(0, len(word), letters)]
        for piece in pieces:
            joined = f"{lines[-1]} {piece}".lstrip()
            if len(joined) <= letters:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def shortened(text: str, letters: int) -> str:
    """Return text with its end left out where it is longer than that."""
    return text if len(text) <= letters else text[: max(1, letters - 1)] + "…"


def _rect(box: Box, look: str) -> str:
    return (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f"{look}/>"
    )


def _apart(texts: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return the ends and, of what stands between, the one nearest to the middle."""
    between = sorted(texts[2:], key=lambda one: abs(one[0] - 0.5))
    return texts[:2] + between[:1]
