"""Texts as numbers, times and booleans, and back, by the rules of `mllc score`. Needs the standard library only."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
BOOLEAN_WORDS = {
    **dict.fromkeys(["0", "false", "no", "f", "n", "nein", "non", "falsch"], 0.0),
    **dict.fromkeys(["1", "true", "yes", "t", "y", "ja", "oui", "wahr"], 1.0),
}
CURRENCIES = "US$ $ € £ ¥ ₹ ₽ ₩ ₺ ₪ EUR USD GBP CHF JPY INR".split(" ")
NUMBERS = {
    mark: re.compile(rf"([-+\u2212]?)((?:[0-9]+{dot}?[0-9]*|{dot}[0-9]+)(?:[eE][-+]?[0-9]+)?|inf|infinity|\u221e)", re.I | re.A)
    for mark, dot in ((".", r"\."), (",", ","))
}
# What years of two digits are meant by when nothing else is said: 1970 to 2069.
NEWEST_YEAR = 2069
MONTHS = "january february march april may june july august september october november december".split()
DATE = re.compile(
    r"""(?:(?P<month_a>[A-Za-z]+)(?:\.|(?!\.))[ \-/][ ]*(?P<day_a>\d{1,2}),?[ \-/][ ]*(?P<year_a>\d{4})
    |(?P<year_b>\d{4})(?P<sep_b>[-/.])(?P<month_b>\d{1,2}|[A-Za-z]+(?:\.|(?!\.)))(?P=sep_b)(?P<day_b>\d{1,2})
    |(?P<day_c>\d{1,2})[-/. ][ ]*(?P<month_c>[A-Za-z]+)(?:\.|(?!\.))[-/. ,][ ]*(?P<year_c>\d{4})
    |(?P<first>\d{1,2})(?P<sep_d>[-/.])[ ]*(?P<second>\d{1,2})(?P=sep_d)(?P<year_d>\d{4}|\d{2}))(?!\d)
    (?:(?:[Tt]|,?[ ]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\d)(?::(?P<second_of>\d{2})(?:[.,](?P<fraction>\d{1,18}))?(?!\d))?
    [ ]*(?:(?P<half>[aApP])[mM][ ]*)?
    (?P<zone>[Zz]|UTC|GMT|(?P<sign>[-+])(?P<hours>\d{2})(?:(?P<minutes>\d{2})|:(?P<minutes_c>\d{1,2}))?)?)?""",
    re.X | re.A,
)


class Time(float):
    """Seconds since 1970-01-01T00:00:00Z."""


class Boolean(float):
    """0 or 1."""


def parse_number(text: str, decimal_comma: bool = False) -> float | None:
    """A number in plain notation: no separators of thousands, no hexadecimal, no `1_000`."""
    mark = "," if decimal_comma else "."
    found = NUMBERS[mark].fullmatch(text.strip(BLANKS))
    if not found:
        return None
    digits = found[2].replace(mark, ".").replace("\u221e", "inf")
    return -float(digits) if found[1] in ("-", "\u2212") else float(digits)


def parse_number_loosely(text: str, decimal_comma: bool = False) -> float | None:
    """A number as people write it: separators of thousands, currency signs, `%`, brackets for negative ones."""
    rest = text.strip(BLANKS)
    plainly = parse_number(rest, decimal_comma)
    if plainly is not None:
        return plainly
    negative = len(rest) > 1 and rest[0] == "(" and rest[-1] == ")"
    rest = rest[1:-1].strip(BLANKS) if negative else rest
    percent, before = False, None
    while rest != before:
        before = rest
        for currency in CURRENCIES:
            if rest.startswith(currency):
                rest = rest[len(currency) :].lstrip(BLANKS)
            if rest.endswith(currency):
                rest = rest[: -len(currency)].rstrip(BLANKS)
        if not percent and rest.endswith("%"):
            percent, rest = True, rest[:-1].rstrip(BLANKS)
        if not negative and rest.startswith(("-", "\u2212")):
            negative, rest = True, rest[1:].lstrip(BLANKS)
    if not rest or rest[0] not in "0123456789.,":
        return None
    whole, mark, fraction = rest.partition("," if decimal_comma else ".")
    separators = (".", ",")[not decimal_comma] + " \xa0\u202f\u2009'\u2019"
    separator = next((c for c in whole if c in separators), None)
    if separator:
        first, *groups = whole.split(separator)
        fits = 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)
        if not fits or not re.fullmatch("[0-9]+", whole.replace(separator, "")):
            return None
        whole = whole.replace(separator, "")
    plain = whole + ("." + fraction if mark else "")
    if percent and "e" in plain.lower():
        return None
    found = NUMBERS["."].fullmatch(("-" if negative else "") + plain + ("e-2" if percent else ""))
    return float(found[0]) if found else None


def parse_boolean(text: str) -> float | None:
    text = text.strip(BLANKS)
    return BOOLEAN_WORDS.get(text.lower()) if text.isascii() else None


def parse_time(text: str, order: str = "ymd", newest_year: int | None = NEWEST_YEAR) -> float | None:
    """Seconds since 1970 of a date or date with time; a time without a zone counts as UTC. `order`: ymd, dmy or mdy. A year
    of two digits is `newest_year` or one of the 99 before it; None: it is refused."""
    text = text.strip(BLANKS)
    found = DATE.fullmatch(text) if 6 <= len(text.encode("utf-8", "replace")) <= 40 else None
    date = found and _date(found.groupdict(), order, newest_year)
    if not date:
        return None
    year, month, day = date
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]:
        return None
    part = {name: int(value) for name, value in found.groupdict().items() if value and value.isdigit()}
    hour, minute, second = part.get("hour", 0), part.get("minute", 0), part.get("second_of", 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    hours, minutes = part.get("hours", 0), part.get("minutes", part.get("minutes_c", 0))
    if hour > 23 or minute > 59 or second > 59 or hours > 15 or minutes > 59:
        return None
    offset = (hours * 60 + minutes) * (-1 if found["sign"] == "-" else 1)
    whole = _days(year, month, day) * 86400 - offset * 60 + hour * 3600 + minute * 60 + second
    scale = 10 ** len(found["fraction"] or "")
    return (whole * scale + part.get("fraction", 0)) / scale


def _date(found: dict, order: str, newest_year: int | None) -> tuple[int, int, int] | None:
    if found["first"]:
        if len(found["year_d"]) == 2 and newest_year is None:
            return None
        first, second, year = int(found["first"]), int(found["second"]), int(found["year_d"])
        if order == "ymd":
            return (_century(first, newest_year), second, year) if len(found["year_d"]) == 2 else None
        year = _century(year, newest_year) if len(found["year_d"]) == 2 else year
        return (year, second, first) if order == "dmy" else (year, first, second)
    word = (found["month_a"] or found["month_b"] or found["month_c"]).rstrip(".").lower()
    known = [at + 1 for at, month in enumerate(MONTHS) if word in (month, month[:3]) or (at == 8 and word == "sept")]
    month = int(word) if word.isdigit() else known[0] if known else 0
    year, day = (found[f"{part}_a"] or found[f"{part}_b"] or found[f"{part}_c"] for part in ("year", "day"))
    return int(year), month, int(day)


def _century(two_digits: int, newest_year: int) -> int:
    return newest_year - (newest_year - two_digits) % 100


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms")."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def format_number(x: float) -> str:
    """The shortest text that reads back as the same number: `5`, `0.1`, `1e300`."""
    if x == 0 or 1e-5 <= abs(x) < 1e16:
        text = format(Decimal(repr(float(x))), "f")
        return text[:-2] if text.endswith(".0") else text
    mantissa, mark, exponent = repr(float(x)).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}" if mark else mantissa


def format_time(seconds: float) -> str:
    """ISO 8601 in UTC; times outside the years 0 to 9999 as their seconds."""
    days = math.floor(seconds / 86400)
    if not -719528 <= days <= 2932896:
        return format_number(seconds)
    exact = Decimal(repr(float(seconds)))
    days, rest = divmod(math.floor(exact), 86400)
    shifted = days + 719468
    era, day = divmod(shifted, 146097)
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day, month = day - (153 * month + 2) // 5 + 1, month + (3 if month < 10 else -9)
    fraction = format(exact % 1 + (exact % 1 < 0), "f").partition(".")[2].rstrip("0")
    date = f"{year + era * 400 + (month <= 2):04}-{month:02}-{day:02}"
    if not rest and not fraction:
        return date
    return f"{date}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{'.' if fraction else ''}{fraction}Z"


def to_text(value: Any) -> str:
    if isinstance(value, Boolean):
        return "true" if value else "false"
    if isinstance(value, Time):
        return format_time(value)
    return format_number(value) if isinstance(value, float) else value
