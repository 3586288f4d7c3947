"""What an import may note or repair, in words: every code with a sentence; {n} is the count."""

ACCEPTED = {
    "W_TZ_ASSUMED": "times without a zone were read as UTC; name the zone if they are local.",
    "W_TZ_AMBIGUOUS": "times that a clock put back showed twice: {n}; told apart by the rows around them.",
    "W_GAP": "gaps in the series: {n}; nothing was filled in.",
    "W_SPLIT": "jumps that look like stock splits: {n}; use adjusted prices if they are.",
    "W_JUMP": "bars of which high or low is 5 times or more away from the closes before and after: {n}",
    "W_INTERVAL": "rows closer to the next than a bar is long: {n}; such a bar ends where the next begins.",
    "W_LAST_BAR_OPEN": "the last bar, as long as bars are here, ends later than now; it was left out.",
    "W_NAME_TIMEFRAME": "the file's name says another bar length than its rows; the rows were believed.",
    "W_VOLUME_TICKS": "the real volume is 0 in every row; ticks were read as the volume.",
    "W_VOLUME_POINTS": "rows with a volume such as 300.239, read as decimals: {n}; correct it if the point "
    "stands between thousands.",
    "W_COLUMN_IGNORED": "columns that mean nothing here: {n}; they were not read.",
}

REPAIRED = {
    "W_UNSORTED": "rows out of order: {n}; they were sorted by time.",
    "W_DESCENDING": "the rows ran from the newest to the oldest ({n}); they were turned around.",
    "W_DUPLICATE": "rows that repeat another one: {n}; one of each was kept.",
    "W_THOUSANDS": "rows with separators of thousands: {n}; they were read without them.",
    "W_DECIMAL_COMMA": "rows with a comma before the decimals: {n}; it was read as a point.",
    "W_NO_VOLUME": "the series has no volume: it reads as 0, and conditions on volume mean nothing.",
    "W_VOLUME_EMPTY": "rows without a volume: {n}; it was read as 0.",
    "W_VOLUME_UNITS": "rows with a volume in K, M or B: {n}; it was written out, and stays as coarse.",
    "W_OHLC": "bars whose high or low missed open or close by a tick or less: {n}; they were widened.",
    "W_OFF_GRID": "times that missed the start of their bar by a second or less: {n}; they were moved to it.",
    "W_TZ_ONCE": "times that a clock put back showed twice and that stand here once: {n}; read as the first.",
    "W_CLOSE_LABELLED": "bars labelled by their close: {n}; they were labelled by their open.",
    "W_CURRENCY": "rows with currency signs: {n}; they were read without them.",
    "W_HEADER_REPEATED": "rows that repeat the header: {n}; they were left out.",
    "W_COMMENT": "lines of comment: {n}; they were left out.",
    "W_ROW_EMPTY": "rows without any price: {n}; they were left out.",
}

IMPORT_NOTES = {**ACCEPTED, **REPAIRED}
