"""A finished picture: shown in a notebook, or saved as a file of its own."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from tradewright.core.errors import ParameterError
from tradewright.reports.writing import page_path, write_page

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as SVG, light or dark as its reader's system is."""

    title: str
    kind: str
    svg: str = field(repr=False)

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the picture as ``.svg``, or as a page by itself as ``.html``.

        Raises
        ------
        ParameterError
            ``E_PARAMETER`` for a path that is none, or of another kind.
        InputError
            ``E_PAGE_EXISTS`` when the file is there and not to be overwritten.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        place = page_path(path)
        ending = place.suffix.casefold()
        if ending == ".svg":
            return write_page(place, self.svg, overwrite=overwrite)
        if ending in {".html", ".htm"}:
            return write_page(place, self._page(), overwrite=overwrite)
        raise ParameterError(
            "E_PARAMETER",
            f"path is {str(place)!r}; a picture is saved as .svg or .html.",
            fix=f"For example: {place.with_suffix('.svg')}",
            details={"name": "path", "value": str(place)},
        )

    def _repr_html_(self) -> str:
        """Show the picture in a notebook."""
        return self.svg

    def _page(self) -> str:
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><title>{escape(self.title)}</title>'
            "<style>body{margin:0;background:#fdfdfc}@media (prefers-color-scheme:dark){body{background:"
            f"#121416}}}}</style></head><body>{self.svg}</body></html>\n"
        )
