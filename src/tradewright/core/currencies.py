"""Which currency prices are in, as far as a symbol says it."""

import re

# ISO 4217, active codes of money and of the metals that are quoted like it.
_TEXT = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB
PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XAG XAU XCD XOF XPD XPF XPT
YER ZAR ZMW ZWL
"""
_CODES = frozenset(_TEXT.split())
# BTC/USDT, BTC/USDT:USDT; a share class such as BRK/B has one letter behind the stroke.
_PAIR = re.compile(r"[^/:\s]+/(?P<quote>[A-Z][A-Z0-9]{2,9})(?::[^/:\s]+)?")


def quote_of(symbol: str) -> str | None:
    """Return the currency that the prices of a pair are in, in capitals; None when `symbol` is no pair.

    Pairs are ``X/Y`` and ``X/Y:Z`` as ccxt writes them, where prices are in Y, and six letters of two known
    currencies, ``EURUSD`` or ``EURUSD=X``.
    """
    written = symbol.strip().upper()
    pair = _PAIR.fullmatch(written)
    if pair is not None:
        return pair["quote"]
    six = written.removesuffix("=X")
    return six[3:] if len(six) == 6 and {six[:3], six[3:]} <= _CODES else None
