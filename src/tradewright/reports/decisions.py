"""What a strategy decides, read back in words from the canonical form that a manifest holds."""

from collections.abc import Mapping
from typing import Any

_ROLES = {
    "longEntry": "Long entry",
    "longExit": "Long exit",
    "shortEntry": "Short entry",
    "shortExit": "Short exit",
    "filter": "Only when",
}
_RANGES = ("between", "outside")
_JOINTS = {"all": " and ", "any": " or ", "none": " or "}


def decisions(strategy: Mapping[str, Any]) -> dict[str, str]:
    """Return role -> condition in words, in the order of the document; of Python code, where it stands.

    Parameters
    ----------
    strategy
        ``manifest["strategy"]``.
    """
    if "decisionBlocks" in strategy:
        return {_ROLES[block["role"]]: _group(block) for block in strategy["decisionBlocks"]}
    if "python" in strategy:
        return {"Code": f"{strategy['python']}, SHA-256 {strategy['source'][:16]}…"}
    return {}


def _group(group: Mapping[str, Any]) -> str:
    match, members = group["match"], [_member(member) for member in group["subConfirmations"]]
    if isinstance(match, Mapping):
        return f"at least {match['atLeast']} of: {'; '.join(members)}"
    text = _JOINTS[match].join(members)
    return f"not ({text})" if match == "none" else text


def _member(member: Mapping[str, Any]) -> str:
    return f"({_group(member)})" if "subConfirmations" in member else _condition(member)


def _condition(condition: Mapping[str, Any]) -> str:
    config = condition["config"]
    words = [_operand(condition["operand"]), config["operator"].replace("_", " ")]
    if "value" in config:
        ends: list[Any] = config["value"] if config["operator"] in _RANGES else [config["value"]]
        words.append(" and ".join(_operand(end) for end in ends))
    if "withinLast" in config:
        words.append(f"within the last {config['withinLast']} bars")
    if "forLast" in config:
        words.append(f"for the last {config['forLast']} bars")
    return " ".join(words)


def _operand(operand: Any) -> str:
    if isinstance(operand, int | float):
        return f"{operand:g}"
    if isinstance(operand, str):
        return operand
    if "percent" in operand:
        return f"{operand['percent']:g} % of {_operand(operand['of'])}"
    name = operand["price"] if "price" in operand else _column(operand)
    frame = f" on {operand['timeframe']}" if "timeframe" in operand else ""
    shift = operand.get("shift", 0)
    ago = f" {shift} {'bar' if shift == 1 else 'bars'} ago" if shift else ""
    return f"{name}{frame}{ago}"


def _column(operand: Mapping[str, Any]) -> str:
    """Write ``sma(20)``; the source is left out when it is the close, the output when it is the module."""
    module, output = operand["module"], operand["output"]
    values = [
        f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
        for name, value in operand["parameters"].items()
        if (name, value) != ("source", "close")
    ]
    return f"{module}({', '.join(values)})" + ("" if output == module else f" {output}")
