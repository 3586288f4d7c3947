"""What the columns of a price file mean, told from their titles."""

import re
import unicodedata

TIME, DATE, CLOCK, CLOSE_TIME, SYMBOL = "timestamp", "date", "clock", "close_time", "symbol"
PRICES = ("open", "high", "low", "close")
VOLUME, TICK_VOLUME = "volume", "tick_volume"

# Titles (lower case, letters and digits only) by what they mean.
_ALIASES = {
    TIME: (
        "timestamp time date datetime day opentime opendate opentimestamp timeopen windowstart gmttime "
        "localtime datetimeutc dateutc timeutc timestamputc unixtime unixtimestamp unix epoch ts t "
        "datum fecha 日期 zeit uhrzeit heure hora ora 时间 時間"
    ),
    CLOSE_TIME: "closetime timeclose closetimestamp closedate",
    "open": (
        "open o openprice eroffnung eroeffnung eroffn eroffnungskurs erster ouverture ouv apertura abertura "
        "开盘 开盘价 開盤 開盤價 始値"
    ),
    "high": (
        "high h highprice hoch hochstkurs tageshoch plushaut haut maximo maxima massimo hoog "
        "最高 最高价 最高價 高値"
    ),
    "low": (
        "low l lowprice tief tiefstkurs tagestief plusbas bas minimo minima laag 最低 最低价 最低價 安値"
    ),
    "close": (
        "close c last closelast closeprice schluss schlusskurs zuletzt letzter cloture dernier cierre ultimo "
        "chiusura fechamento laatste slotkoers 收盘 收盘价 收盤 收盤價 終値"
    ),
    VOLUME: "volume vol v volumen stuck stuecke 成交量 出来高",
    TICK_VOLUME: "tickvol tickvolume",
    "adj_close": "adjclose adjustedclose closeadj",
    SYMBOL: "symbol ticker",
    "quote_volume": "quotevolume quoteassetvolume volumecurrency",
    "trades_count": "tradescount numberoftrades trades tradecount count",
    "taker_buy_volume": "takerbuyvolume takerbuybaseassetvolume",
    "taker_buy_quote_volume": "takerbuyquotevolume takerbuyquoteassetvolume",
    "open_interest": "openinterest openint",
    "spread": "spread",
    "vwap": "vwap vw weightedprice",
}
_MEANING = {alias: meaning for meaning, aliases in _ALIASES.items() for alias in aliases.split()}
# Of several columns of time the one that says what is wanted: when a bar opens, or else a plain count.
_OPENS = frozenset({"opentime", "timeopen", "opendate", "opentimestamp", "windowstart"})
_COUNTED = frozenset({"unix", "unixtime", "unixtimestamp", "epoch"})
_DAYS = frozenset(["date", "day", "datum", "fecha", "data", "日期"])
_TIMES_OF_DAY = frozenset(["time", "zeit", "uhrzeit", "heure", "hora", "ora", "时间", "時間"])
# Of a German exchange: pieces traded beside the money that they came to.
_PIECES = frozenset({"stuck", "stuecke"})
# "Volume BTC", "Volume_(USD)": how much was traded, in what.
_VOLUME_IN = re.compile(r"volume[ _]\(?([a-z0-9]{2,6})\)?", re.IGNORECASE)
_UNITS = {
    "money": "usd usdt usdc busd fdusd tusd dai eur gbp chf jpy krw aud cad try brl currency",
    "coins": "btc xbt eth bnb",
}
_MONEY, _COINS = (frozenset(_UNITS[name].split()) for name in ("money", "coins"))


def plain(title: str) -> str:
    """Return a title as titles are compared: lower case, letters without accents, and digits only."""
    bare = title if title.isascii() else unicodedata.normalize("NFKD", title)
    return "".join(letter for letter in bare.casefold() if letter.isalnum())


def columns_of(titles: list[str]) -> list[str]:
    """Return what each column means, ``""`` where nobody knows."""
    written = [plain(title) for title in titles]
    columns = [_MEANING.get(title, "") for title in written]
    if "close" not in columns and "price" in written[1:]:
        columns[written.index("price", 1)] = "close"
    _settle_volumes(titles, written, columns)
    if VOLUME not in columns and columns.count(TICK_VOLUME) == 1:
        columns[columns.index(TICK_VOLUME)] = VOLUME
    if not {TIME, CLOSE_TIME} & set(columns):
        if titles[0] == "":
            columns[0] = TIME  # the nameless index of a data frame
        elif written[0] == "data":
            columns[0] = TIME  # a date in Italian and Portuguese; in English it could be anything
    _settle_times(written, columns)
    return columns


def _settle_volumes(titles: list[str], written: list[str], columns: list[str]) -> None:
    """Tell what was traded from the money that it came to, where a file has both."""
    if columns.count(VOLUME) == 2 and len(_PIECES & set(written)) == 1 and "volumen" in written:
        columns[written.index("volumen")] = "quote_volume"
    if VOLUME in columns:
        return
    found = [(place, _VOLUME_IN.fullmatch(title.strip())) for place, title in enumerate(titles)]
    units = {place: match[1].casefold() for place, match in found if match}
    money = [place for place, unit in units.items() if unit in _MONEY]
    others = [place for place in units if place not in money]
    if not money and len(others) == 2 and units[others[1]] in _COINS:
        money = [others.pop()]  # a pair of two coins is written with what is traded first
    named = "quote_volume" in columns or len(money) == 1
    if len(others) == 1 and (named or units[others[0]] in _COINS):
        columns[others[0]] = VOLUME
    if len(money) == 1 and "quote_volume" not in columns:
        columns[money[0]] = "quote_volume"


def _settle_times(written: list[str], columns: list[str]) -> None:
    """Of several columns of time keep what says it best; a date and a time of day are two halves of one."""
    times = [place for place, meaning in enumerate(columns) if meaning == TIME]
    if times:
        columns[:] = ["" if meaning == CLOSE_TIME else meaning for meaning in columns]
    if len(times) < 2:
        return
    opens = [place for place in times if written[place] in _OPENS]
    best = opens or [place for place in times if written[place] in _COUNTED]
    days = [place for place in times if written[place] in _DAYS]
    clocks = [place for place in times if written[place] in _TIMES_OF_DAY]
    if len(best) == 1:
        for place in times:
            columns[place] = TIME if place == best[0] else ""
    elif len(times) == 2 and len(days) == len(clocks) == 1:
        columns[days[0]], columns[clocks[0]] = DATE, CLOCK


def missing_in(columns: list[str]) -> list[str]:
    """Return what a price file needs and `columns` lack."""
    has_time = bool({TIME, DATE, CLOSE_TIME} & set(columns))
    return [*([] if has_time else [TIME]), *(name for name in PRICES if name not in columns)]
