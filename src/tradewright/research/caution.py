"""A warning that is counted."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Caution:
    """One counted warning."""

    code: str
    message: str
    count: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return the warning as plain data."""
        return {"code": self.code, "message": self.message, "count": self.count}
