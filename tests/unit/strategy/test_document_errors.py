"""Every way to misspell a document gives one error that points at the place and names the nearest."""

import copy
from typing import Any

import pytest

from tests.documents import GOLD, block, document, entering, group, on, price, when
from tradewright.core.errors import DocumentError
from tradewright.strategy.document_strategy import DocumentStrategy

MEMBER = "decisionBlocks[0].subConfirmations[0]"
CONFIG = f"{MEMBER}.config"


def changed(*steps: Any) -> dict[str, Any]:
    """Return the example with the value at the path in `steps` replaced by the last of them."""
    whole = copy.deepcopy(GOLD)
    *way, key, value = steps
    place: Any = whole
    for step in way:
        place = place[step]
    place[key] = value
    return whole


def member(**fields: Any) -> dict[str, Any]:
    return entering({**on("rsi", "<", 30), **fields})


def config(operator: Any, value: Any = None, module: str = "rsi", **more: Any) -> dict[str, Any]:
    return entering(on(module, operator, value, **more))


def valued(value: Any) -> dict[str, Any]:
    return config(">", value)


def exiting(**fields: Any) -> dict[str, Any]:
    return entering(on("rsi", "<", 30), exit=fields)


def ordered(**fields: Any) -> dict[str, Any]:
    return entering(on("rsi", "<", 30), entry=fields)


def filling(**fields: Any) -> dict[str, Any]:
    return entering(on("rsi", "<", 30), fills=fields)


CASES: dict[str, tuple[Any, str, str]] = {
    # unknown fields, at every level
    "top field": (changed("decisionBlock", []), "decisionBlock", "Did you mean 'decisionBlocks'?"),
    "market field": (changed("marketContext", "timeFrames", "1h"), "marketContext.timeFrames", "'timeframe'"),
    "block field": (changed("decisionBlocks", 0, "rolle", "filter"), "decisionBlocks[0].rolle", "'role'"),
    "member field": (member(select=True), f"{MEMBER}.select", "'selected'"),
    "config field": (config(">", 1, opertor=1), f"{CONFIG}.opertor", "'operator'"),
    "operand field": (valued({"price": "close", "shfit": 1}), f"{CONFIG}.value.shfit", "'shift'"),
    "operand kind": (valued({"prise": "close"}), f"{CONFIG}.value.prise", "'price'"),
    "exit field": (changed("exit", "take_profits", 1), "exit.take_profits", "'takeProfit'"),
    "level field": (changed("exit", "stopLoss", {"value": 1, "units": "r"}), "exit.stopLoss.units", "'unit'"),
    "both spellings": (changed("quick_test", True), "quick_test", "also as quickTest"),
    # counts of bars that nothing could hold
    "withinLast of 2**63-1": (config(">", 1, withinLast=2**63 - 1), f"{CONFIG}.withinLast", "10,000,000"),
    "forLast of 10**30": (config(">", 1, forLast=10**30), f"{CONFIG}.forLast", "10,000,000"),
    "forLast of 10**400": (config(">", 1, forLast=10**400), f"{CONFIG}.forLast", "too large"),
    "shift of 2**63": (config(">", 1, shift=2**63), f"{CONFIG}.shift", "10,000,000"),
    "operand shift of 10**7+1": (
        valued(price("close", shift=10_000_001)),
        f"{CONFIG}.value.shift",
        "10,000,000",
    ),
    "timeStop of 2**63": (changed("exit", "timeStop", 2**63), "exit.timeStop", "10,000,000"),
    "value of 10**400": (valued(10**400), f"{CONFIG}.value", "too large"),
    "int parameter of 10**30": (
        {**config(">", 1), "parameters": {"n": {"type": "int", "default": 10**30}}},
        "parameters.n.default",
        "9,007,199,254,740,992",
    ),
    "value of thousands of digits": (valued(10**5000), f"{CONFIG}.value", "too large"),
    "config of thousands of digits": (member(config=10**5000), CONFIG, "got a very large number"),
    # unknown names
    "module": (config(">", 1, module="rsj"), f"{MEMBER}.moduleId", "Did you mean 'rsi'"),
    "operand module": (valued({"module": "smaa"}), f"{CONFIG}.value.module", "'sma'"),
    "output": (
        config(">", 1, module="macd", output="signl"),
        f"{CONFIG}.output",
        "unknown output 'signl' of module 'macd'. Did you mean 'signal'",
    ),
    "parameter": (
        config(">", 1, params={"perid": 3}),
        f"{CONFIG}.params.perid",
        "unknown parameter 'perid' of module 'rsi'. Did you mean 'period'",
    ),
    "field of a condition": (
        config(">", 1, perod=3),
        f"{CONFIG}.perod",
        "unknown field 'perod': it is neither part of a condition nor a parameter of module 'rsi'.",
    ),
    "operand parameter": (
        valued({"module": "sma", "parameters": {"length": 3}}),
        f"{CONFIG}.value.parameters.length",
        "period",
    ),
    "operator": (config("cross_above", 1), f"{CONFIG}.operator", "'crosses_above'"),
    "state": (
        changed("decisionBlocks", 0, "subConfirmations", 0, "config", "value", "bulish"),
        f"{CONFIG}.value",
        "'bullish'",
    ),
    "price field": (valued(price("clsoe")), f"{CONFIG}.value.price", "'close'"),
    "role": (changed("decisionBlocks", 0, "role", "longEntri"), "decisionBlocks[0].role", "'longEntry'"),
    "match": (changed("decisionBlocks", 0, "match", "al"), "decisionBlocks[0].match", "'all'"),
    "direction": (changed("marketContext", "direction", "Lang"), "marketContext.direction", "'Long'"),
    "session": (changed("marketContext", "session", "Londn"), "marketContext.session", "'London'"),
    "timeframe": (changed("marketContext", "timeframe", "15min"), "marketContext.timeframe", "'15m'"),
    "operand timeframe": (valued(price("close", timeframe="1hr")), f"{CONFIG}.value.timeframe", "1h"),
    "unit": (changed("exit", "stopLoss", {"value": 1, "unit": "percnt"}), "exit.stopLoss.unit", "'percent'"),
    "on opposite": (changed("exit", "onOpposite", "revers"), "exit.onOpposite", "'reverse'"),
    "label vague": (
        entering({"label": "Average", "config": {"operator": ">"}}),
        f"{MEMBER}.label",
        "Did you mean 'atr'",
    ),
    "label unknown": (
        entering({"label": "Zebra", "config": {"operator": ">"}}),
        f"{MEMBER}.label",
        "moduleId",
    ),
    # wrong types
    "document": ([1], "document", "an object"),
    "blocks": (changed("decisionBlocks", {}), "decisionBlocks", "a list"),
    "block": (changed("decisionBlocks", 0, 7), "decisionBlocks[0]", "an object"),
    "selected": (member(selected="yes"), f"{MEMBER}.selected", "true or false"),
    "quick test": (changed("quickTest", 1), "quickTest", "true or false"),
    "number in quotes": (config(">", "30"), f"{CONFIG}.value", "without quotes"),
    "parameter in quotes": (config(">", 30, period="14"), f"{CONFIG}.period", "without quotes"),
    "parameter as flag": (config(">", 30, period=True), f"{CONFIG}.period", "a number"),
    "text for a number": (config(">", "bullish"), f"{CONFIG}.value", "rsi.rsi is a number"),
    "list for a number": (config(">", [1]), f"{CONFIG}.value", "operand object"),
    "infinite": (config(">", float("inf")), f"{CONFIG}.value", "finite"),
    "stop text": (changed("exit", "stopLoss", "tight"), "exit.stopLoss", "expected a number"),
    "trailing": (changed("exit", "trailing", 100), "exit.trailing", "under 100"),
    "time stop": (changed("exit", "timeStop", 1.5), "exit.timeStop", "whole number"),
    "test period": (changed("marketContext", "testPeriod", "2m"), "marketContext.testPeriod", "2mo"),
    "config missing": (entering({"moduleId": "rsi"}), MEMBER, "no 'config'"),
    "module missing": (entering({"config": {"operator": ">"}}), MEMBER, "moduleId"),
    # conditions that mean nothing
    "operator missing": (entering({"moduleId": "rsi", "config": {"value": 1}}), CONFIG, "no 'operator'"),
    "value missing": (config(">"), CONFIG, "needs a 'value'"),
    "value of rising": (config("rising", 3), f"{CONFIG}.value", "forLast"),
    "between one": (config("between", [1]), f"{CONFIG}.value", "[low, high]"),
    "between number": (config("between", 1), f"{CONFIG}.value", "[low, high]"),
    "between turned": (config("between", [70, 30]), f"{CONFIG}.value", "Turn them round"),
    "is on a number": (config("is", 5), CONFIG, "Use '=='"),
    "order of states": (config("<", "bullish", module="market_structure_shift"), CONFIG, "is a state"),
    "rising state": (config("rising", module="market_structure_shift"), CONFIG, "is a state"),
    "state and number": (config("==", 1, module="market_structure_shift"), f"{CONFIG}.value", "bullish"),
    "number and state": (valued({"module": "market_structure_shift"}), f"{CONFIG}.value", "is a state"),
    "states that differ": (
        config("==", {"module": "rsi"}, module="market_structure_shift"),
        f"{CONFIG}.value",
        "does not have the states",
    ),
    "constant left": (entering(when(5, ">", 3)), f"{MEMBER}.operand", "on the left"),
    "operand and module": (member(operand=5), f"{MEMBER}.moduleId", "Drop one"),
    "percent of number": (valued({"percent": 5, "of": 3}), f"{CONFIG}.value.of", "fixed number"),
    "percent of nothing": (valued({"percent": 5}), f"{CONFIG}.value", "needs 'of'"),
    "two percents": (
        valued({"percent": 5, "percentAbove": 1, "of": price("low")}),
        f"{CONFIG}.value",
        "give one of",
    ),
    "shift": (config(">", 1, shift=-1), f"{CONFIG}.shift", "look into the future"),
    "operand shift": (valued(price("low", shift=-2)), f"{CONFIG}.value.shift", "look into the future"),
    "within last": (config(">", 1, withinLast=0), f"{CONFIG}.withinLast", "1 or more"),
    "for last": (config(">", 1, forLast=0.5), f"{CONFIG}.forLast", "whole number"),
    "parameter bound": (config(">", 1, period=0), f"{CONFIG}.period", "'period' of module 'rsi'"),
    "parameter twice": (
        config(">", 1, period=3, params={"period": 4}),
        f"{CONFIG}.params.period",
        "given twice",
    ),
    "at least many": (
        entering(group({"atLeast": 3}, on("rsi", ">", 1), on("rsi", ">", 2))),
        f"{MEMBER}.match.atLeast",
        "of 2",
    ),
    "at least zero": (
        entering(group({"atLeast": 0}, on("rsi", ">", 1))),
        f"{MEMBER}.match.atLeast",
        "1 or more",
    ),
    "empty group": (entering(group("all")), f"{MEMBER}.subConfirmations", "empty"),
    "group that compares": (
        entering({**group("all", on("rsi", ">", 1)), "config": {}}),
        f"{MEMBER}.config",
        "a group",
    ),
    "match without group": (member(match="any"), f"{MEMBER}.match", "only a group"),
    # exits
    "stop in r": (
        changed("exit", "stopLoss", {"value": 1, "unit": "r"}),
        "exit.stopLoss.unit",
        "cannot be in r",
    ),
    "stop zero": (changed("exit", "stopLoss", 0), "exit.stopLoss", "above 0"),
    "level without value": (changed("exit", "stopLoss", {"unit": "atr"}), "exit.stopLoss", "no 'value'"),
    "period of percent": (
        changed("exit", "takeProfit", {"value": 1, "period": 3}),
        "exit.takeProfit.period",
        "'atr'",
    ),
    "r of a stop in capitals": (
        exiting(stopLoss={"value": 1, "unit": "R"}),
        "exit.stopLoss.unit",
        "cannot be in r",
    ),
    "long period": (
        exiting(stopLoss={"value": 1, "unit": "atr", "period": 9_000}),
        "exit.stopLoss.period",
        "got 9000",
    ),
    "endless stop": (exiting(stopLoss=1e20), "exit.stopLoss", "got 1e+20"),
    "column": (exiting(stopLoss={"value": 1, "unit": "column"}), "exit.stopLoss.unit", "percent, atr, price"),
    "no targets": (exiting(takeProfit=[]), "exit.takeProfit", "from 1 to 6"),
    "seven targets": (exiting(takeProfit=[{"value": 1, "share": 0.1}] * 7), "exit.takeProfit", "7 targets"),
    "shares": (exiting(takeProfit=[1, 2]), "exit.takeProfit", "'share': 0.5"),
    "share in percent": (
        exiting(takeProfit=[{"value": 1, "share": 50}]),
        "exit.takeProfit[0].share",
        "0.5 for 50 %",
    ),
    "share of nothing": (exiting(takeProfit={"value": 1, "share": 0}), "exit.takeProfit.share", "above 0"),
    "target field": (exiting(takeProfit=[{"value": 1, "shar": 1}]), "exit.takeProfit[0].shar", "'share'"),
    "trailing field": (exiting(trailing={"value": 1, "aftr": 1}), "exit.trailing.aftr", "'after'"),
    "trailing unit": (
        exiting(trailing={"value": 1, "unit": "chandelir"}),
        "exit.trailing.unit",
        "'chandelier'",
    ),
    "trailing too far": (exiting(trailing={"value": 100}), "exit.trailing.value", "under 100"),
    "trailing after": (exiting(trailing={"value": 1, "after": -1}), "exit.trailing.after", "got -1"),
    "break-even after": (exiting(breakEven={"unit": "r"}), "exit.breakEven", "no 'after'"),
    "break-even unit": (
        exiting(breakEven={"after": 1, "unit": "price"}),
        "exit.breakEven.unit",
        "'percent'",
    ),
    "break-even offset": (exiting(breakEven={"after": 1, "offset": -2}), "exit.breakEven.offset", "got -2"),
    "session end": (exiting(sessionEnd="yes"), "exit.sessionEnd", "true or false"),
    # prices of the document's own
    "operand and value": (
        exiting(stopLoss={"operand": price("low"), "value": 1}),
        "exit.stopLoss.value",
        "has no value",
    ),
    "operand and side": (
        exiting(stopLoss={"operand": price("low"), "long": price("low")}),
        "exit.stopLoss.long",
        "given already",
    ),
    "no price": (
        exiting(stopLoss={"operand": {"module": "rsi"}}),
        "exit.stopLoss.operand",
        "rsi.rsi is no price",
    ),
    "level of states": (
        exiting(trailing={"operand": {"module": "market_structure_shift"}}),
        "exit.trailing.operand",
        "is no price",
    ),
    "share of no price": (
        exiting(stopLoss={"operand": {"percent": 99, "of": {"module": "atr"}}}),
        "exit.stopLoss.operand",
        "atr.atr is no price",
    ),
    "volume": (exiting(stopLoss={"long": price("volume")}), "exit.stopLoss.long", "volume is no price"),
    "average volume": (
        exiting(stopLoss={"operand": {"module": "sma", "parameters": {"source": "volume"}}}),
        "exit.stopLoss.operand",
        "volume is no price",
    ),
    "number": (exiting(takeProfit=[{"operand": 95}]), "exit.takeProfit[0].operand", "a fixed number"),
    "operand slip": (
        exiting(stopLoss={"operand": price("lwo")}),
        "exit.stopLoss.operand.price",
        "'low'",
    ),
    # entries and fills
    "entry field": (ordered(kind="limit", ofset=1), "entry.ofset", "'offset'"),
    "kind": (ordered(kind="stoplimt"), "entry.kind", "'stopLimit'"),
    "entry unit": (ordered(kind="limit", unit="r"), "entry.unit", "percent, atr, price"),
    "offset at the market": (ordered(offset=1), "entry.offset", "a market entry has no offset"),
    "price at the market": (ordered(kind="market", operand=price("low")), "entry.operand", "has no operand"),
    "lifetime at the market": (ordered(lifetime=2), "entry.lifetime", "has no lifetime"),
    "offset below 0": (ordered(kind="limit", offset=-1), "entry.offset", "0 or more"),
    "offset too far": (ordered(kind="limit", offset=100), "entry.offset", "under 100"),
    "through of a stop": (ordered(kind="stop", through=1), "entry.through", "'stopLimit'"),
    "offset beside an operand": (
        ordered(kind="limit", operand=price("low"), offset=1),
        "entry.offset",
        "has no offset",
    ),
    "lifetime word": (ordered(kind="limit", lifetime="sesion"), "entry.lifetime", "'session'"),
    "lifetime of nothing": (ordered(kind="limit", lifetime=0), "entry.lifetime", "1 or more"),
    "conflict": (ordered(kind="limit", onConflict="ocoo"), "entry.onConflict", "'oco'"),
    "oco at the market": (ordered(onConflict="oco"), "entry.onConflict", "resting entries"),
    "pyramiding": (ordered(pyramiding=5_000), "entry.pyramiding", "got 5000"),
    "half an entry": (ordered(pyramiding=0.5), "entry.pyramiding", "whole number"),
    "fills field": (filling(limitFil="touch"), "fills.limitFil", "'limitFill'"),
    "limit fill": (filling(limitFill="trough"), "fills.limitFill", "'through'"),
    "participation in percent": (filling(participation=10), "fills.participation", "0.1 for 10 %"),
    "no participation": (filling(participation=0), "fills.participation", "greater than 0"),
    # blocks
    "no blocks": ({"quickTest": True}, "document", "decisionBlocks"),
    "empty blocks": (document(), "decisionBlocks", "empty"),
    "only a filter": (
        document(block(on("rsi", ">", 1), role="filter")),
        "decisionBlocks",
        "no selected block enters",
    ),
    "only an exit": (
        document(block(on("rsi", ">", 1), role="shortExit")),
        "decisionBlocks",
        "none that enters short",
    ),
    "nothing selected": (member(selected=False), "decisionBlocks", "no selected block enters"),
}


@pytest.mark.parametrize("case", CASES)
def test_broken_document_points_at_the_place(case):
    raw, path, says = CASES[case]

    with pytest.raises(DocumentError) as caught:
        DocumentStrategy.read(raw)

    assert caught.value.details["path"] == ("" if path == "document" else path)
    assert caught.value.message.startswith(f"{path}: ")
    assert says in f"{caught.value.message} {caught.value.fix}"
    assert "\n" not in str(caught.value)


def test_document_nested_beyond_reason_is_refused():
    raw = on("rsi", ">", 1)
    for _ in range(5_000):
        raw = group("all", raw)

    with pytest.raises(DocumentError, match="nested too deeply"):
        DocumentStrategy.read(entering(raw))


def test_label_that_fits_several_modules_lists_them():
    with pytest.raises(DocumentError) as caught:
        DocumentStrategy.read(entering({"label": "Moving Average", "config": {"operator": ">", "value": 1}}))

    assert {"ema", "sma", "wma"} <= set(caught.value.details["choices"])
    assert "moduleId" in caught.value.fix
