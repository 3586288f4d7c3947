"""The portfolio strategies that are built in, by id."""

from typing import Any

from tradewright.core.errors import UnknownNameError
from tradewright.strategy.portfolio.equal_weight import EqualWeight
from tradewright.strategy.portfolio.momentum_rotation import MomentumRotation
from tradewright.strategy.portfolio.pairs_spread import PairsSpread
from tradewright.strategy.portfolio.strategy import PortfolioStrategy

_KINDS: tuple[type[PortfolioStrategy], ...] = (EqualWeight, MomentumRotation, PairsSpread)
_BY_ID = {kind.id: kind for kind in _KINDS}


def portfolio_ids() -> tuple[str, ...]:
    """Return the ids of the portfolio strategies that are built in."""
    return tuple(_BY_ID)


def built_in(name: str) -> type[PortfolioStrategy]:
    """Return a portfolio strategy by its id.

    Raises
    ------
    UnknownNameError
        ``E_STRATEGY`` naming the nearest.
    """
    if name not in _BY_ID:
        raise UnknownNameError("E_STRATEGY", "portfolio strategy", name, _BY_ID)
    return _BY_ID[name]


def portfolio_card(name: str) -> dict[str, Any]:
    """Return what a user sees of one before running it: id, title, idea, parameters."""
    kind = built_in(name)
    schema = kind.Params.model_json_schema()["properties"]
    parameters = [
        {
            "name": field,
            "default": about.get("default"),
            "min": about.get("minimum", about.get("exclusiveMinimum")),
            "max": about.get("maximum", about.get("exclusiveMaximum")),
            "title": about.get("title", field),
            "description": about.get("description", ""),
        }
        for field, about in schema.items()
    ]
    idea = " ".join((kind.__doc__ or "").split())
    return {"id": kind.id, "title": kind.title, "description": idea, "parameters": parameters}
