"""Where a file's table begins, how its records are split, and which of its columns is which input: by the rules of
`mllc score`. Needs the standard library only."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

from tabular_values import BLANKS

DELIMITERS = (",", ";", "\t", "|")
# Records among which the header is looked for: titles and remarks may stand above it.
HEADER_RECORDS = 200
# As a delimiter: columns stand apart by runs of blanks and tabs.
RUNS_OF_BLANKS = "\\s+"
ENCODINGS = {"utf8": "utf-8", "utf16-le": "utf-16-le", "utf16-be": "utf-16-be", "windows1252": "cp1252", "shift-jis": "cp932", "gbk": "gbk"}
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
MAX_NAME = 200


class FileError(ValueError):
    """A file that is no table of records."""


class Dialect(NamedTuple):
    """How records are split; `RUNS_OF_BLANKS` is a delimiter too. `quote` None: quotes are ordinary characters.
    `backslash`: `\\"` is a quote inside a quoted field."""

    delimiter: str = ","
    quote: str | None = '"'
    backslash: bool = False
    comment: str | None = None


def ways(contract: Mapping[str, Any], delimiter: str | None = None) -> list[Dialect]:
    """How a file may be split: as the training file was, by the usual delimiters, and these with plain quotes."""
    form = contract.get("file") or {}
    own = Dialect(form.get("delimiter", ","), form.get("quote", '"'), form.get("backslash_escapes", False), contract.get("comment"))
    if delimiter:
        return [own._replace(delimiter=delimiter)]
    usual = [own, *(own._replace(delimiter=one) for one in DELIMITERS)]
    usual += [way._replace(quote='"', backslash=False) for way in usual[1:]]
    return list(dict.fromkeys(usual))


def encoding_of(head: bytes, pieces: Iterable[bytes], contract: Mapping[str, Any]) -> str:
    """The encoding of a file: what its byte order mark says, else that of the training file. A file that is UTF-8 and not
    ASCII is read as that, where training was in an older encoding: there its letters would be others."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    trained = ENCODINGS.get((contract.get("file") or {}).get("encoding", "utf8"), "utf-8")
    return "utf-8" if trained != "utf-8" and _is_utf8(pieces) else trained


def _is_utf8(pieces: Iterable[bytes]) -> bool:
    decoder, is_ascii = codecs.getincrementaldecoder("utf-8")(), True
    try:
        for piece in pieces:
            if b"\0" in piece:
                return False
            is_ascii = is_ascii and piece.isascii()
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not is_ascii


def records(
    text: Iterable[str], way: Dialect = Dialect(), on_comment: Callable[[int], None] = lambda line: None
) -> Iterator[tuple[int, list[str]]]:
    """Records with the line that each begins on (RFC 4180). `text`: pieces of the file.

    Any of LF, CRLF and CR ends a record; blanks before an opening quote are skipped; text after a closing quote belongs to
    the field; blank lines, and lines that begin with the comment mark (told to `on_comment`), are no records. Errors:
    FileError, a quote that is not closed.
    """
    quote, delimiter, comment = way.quote, way.delimiter, way.comment
    has_runs = delimiter == RUNS_OF_BLANKS
    line, first = 1, True
    # Lines of a record whose quote is open.
    waiting: list[str] = []
    for whole in _lines(text):
        if first:
            whole, first = whole.removeprefix("\ufeff"), False
        if waiting:
            waiting.append(whole)
            if quote not in whole:
                continue
            whole = "".join(waiting)
        elif comment and whole.startswith(comment):
            on_comment(line)
            line += 1
            continue
        elif quote is None or quote not in whole:
            content = whole.rstrip("\r\n")
            if has_runs:
                if content.strip(" \t"):
                    yield line, RUNS.split(content.strip(" \t"))
            elif delimiter in content or content.strip(" \t"):
                yield line, content.split(delimiter)
            line += 1
            continue
        fields = _fields(whole, way)
        if fields is None:
            waiting = [whole]
            continue
        waiting = []
        yield line, fields
        line += _line_ends(whole)
    if waiting:
        raise FileError(f"line {line}: a quote is opened and never closed")


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Lines with their ends. A CR at the end of a piece may be half of a CRLF."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        kept = len(text) - 1 if text.endswith("\r") else max(text.rfind("\n"), text.rfind("\r")) + 1
        if text.endswith("\r"):
            kept = max(text.rfind("\n", 0, kept), text.rfind("\r", 0, kept)) + 1
        yield from _split_lines(text[:kept])
        rest = text[kept:]
    yield from _split_lines(rest)


def _split_lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        ends = [end for end in (text.find("\n", start), text.find("\r", start)) if end >= 0]
        if not ends:
            break
        end = min(ends) + 1
        if text[end - 1] == "\r" and text.startswith("\n", end):
            end += 1
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


PLAIN_END = re.compile("[ \t\r\n]")


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


RUNS = re.compile("[ \t]+")


def _fields(text: str, way: Dialect) -> list[str] | None:
    """The fields of one record; None while a quote is open."""
    delimiter, quote = way.delimiter, way.quote
    has_runs = delimiter == RUNS_OF_BLANKS
    fields, at, end = [], 0, len(text)
    if has_runs:
        at = _run_end(text, at)
    while True:
        opening = at
        while opening < end and text[opening] == " " != delimiter and not has_runs:
            opening += 1
        if opening < end and text[opening] == quote:
            parts, at = [], opening + 1
            while True:
                closing = _closing(text, at, way, parts)
                if closing is None:
                    return None
                if not text.startswith(quote, closing + 1):
                    break
                parts.append(quote)
                at = closing + 2
            stop = _plain_end(text, closing + 1, delimiter)
            tail = text[closing + 1 : stop]
            fields.append("".join(parts) + (tail if tail.strip(" \t") else ""))
        else:
            stop = _plain_end(text, at, delimiter)
            fields.append(text[at:stop])
        if has_runs:
            stop = _run_end(text, stop)
        if stop >= end or text[stop] in "\r\n":
            return fields
        at = stop if has_runs else stop + len(delimiter)


def _run_end(text: str, at: int) -> int:
    found = RUNS.match(text, at)
    return found.end() if found else at


def _closing(text: str, at: int, way: Dialect, parts: list[str]) -> int | None:
    """The place of the next quote; what stands before it goes into `parts`."""
    while True:
        closing = text.find(way.quote, at)
        escape = text.find("\\", at) if way.backslash else -1
        if 0 <= escape and (closing < 0 or escape < closing):
            escaped = text[escape + 1 : escape + 2]
            is_escape = escaped in ("\\", way.quote) and escaped != ""
            parts.append(text[at:escape] + (escaped if is_escape else "\\"))
            at = escape + (2 if is_escape else 1)
            continue
        if closing < 0:
            return None
        parts.append(text[at:closing])
        return closing


def _plain_end(text: str, at: int, delimiter: str) -> int:
    if delimiter == RUNS_OF_BLANKS:
        found = PLAIN_END.search(text, at)
        return found.start() if found else len(text)
    ends = [end for end in (text.find(stop, at) for stop in (delimiter, "\n", "\r")) if end >= 0]
    return min(ends, default=len(text))


def unique_names(header: Sequence[str]) -> list[str]:
    """The names that import gives to the columns under these header cells: one line, never empty, each once."""
    plain = [_clean(cell) for cell in header]
    stand_alone = {name.lower() for name in plain}
    taken: set[str] = set()
    following: dict[str, int] = {}
    names = []
    for place, name in enumerate(plain):
        wanted = name or f"column_{place + 1}"
        unique, n = wanted, following.get(wanted.lower(), 2)
        while unique.lower() in taken or (unique != name and unique.lower() in stand_alone):
            unique = f"{wanted}_{n}"
            n += 1
        following[wanted.lower()] = n
        taken.add(unique.lower())
        names.append(unique)
    return names


def _clean(cell: str) -> str:
    if cell.isascii() and cell.isprintable() and " " not in cell:
        return cell[:MAX_NAME]
    apart = "".join(" " if c in BLANKS or c == "\ufeff" or unicodedata.category(c) == "Cc" else c for c in cell)
    return " ".join(word for word in apart.split(" ") if word)[:MAX_NAME]


def find_columns(header: Sequence[str], inputs: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """The place of each input in a header; None when it is not there.

    A header is read in two ways: by the texts that stood above the columns in the training file (of several equal ones by
    their order), and by the names that import would give to its cells. The way that finds more columns is taken, the first
    when both find as many; what it does not find is looked for in the other way, among the columns that are left.
    """
    at: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        at.setdefault(cell, []).append(place)

    def by_header(spec: Mapping[str, Any]) -> int | None:
        text = spec.get("header")
        same, nth = at.get(spec["name"] if text is None else text, []), spec.get("header_place", 1)
        return same[nth - 1] if nth <= len(same) else None

    first = [by_header(spec) for spec in inputs]
    if None not in first:
        return first
    names = {name: place for place, name in enumerate(unique_names(header))}
    second = [names.get(spec["name"]) for spec in inputs]
    best, other = (second, first) if _n_found(second) > _n_found(first) else (first, second)
    taken = {place for place in best if place is not None}
    for k, place in enumerate(other):
        if best[k] is None and place is not None and place not in taken:
            best[k] = place
            taken.add(place)
    return best


def _n_found(places: Sequence[int | None]) -> int:
    return sum(place is not None for place in places)


def are_places(inputs: Sequence[Mapping[str, Any]]) -> bool:
    """True when the training file had no header, as far as the names say."""
    return bool(inputs) and all(
        spec.get("header") is None and spec["name"].startswith("column_") and _is_digits(spec["name"][7:]) for spec in inputs
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def start(
    pieces: Callable[[], Iterable[str]], inputs: Sequence[Mapping[str, Any]], ways: Sequence[Dialect]
) -> tuple[Dialect, int, list[str] | None]:
    """How it is split, number of records above the header, and the header; None: the file has none.

    The header is the record in which most inputs are found, among the first ones of the file and over the ways.
    """
    best: tuple[int, Dialect, int, list[str]] | None = None
    failure = None
    for way in ways:
        if best is not None and best[0] == len(inputs):
            break
        try:
            for above, (_, fields) in zip(range(HEADER_RECORDS), records(pieces(), way)):
                n = _n_found(find_columns(fields, inputs))
                if best is None or n > best[0]:
                    best = (n, way, above, fields)
        except FileError as error:
            failure = failure or error
    if best is None:
        raise failure or FileError("the file is empty")
    n, way, above, fields = best
    if n == 0 and are_places(inputs):
        return way, 0, None
    return way, above, fields


def fitted(fields: list[str], header: Sequence[str], may_lack_last: bool) -> list[str] | None:
    """A record with as many fields as the header; None when it has others.

    One empty field more is a delimiter at the end of the line; the last field may be left out where the header ends with an
    empty cell.
    """
    n = len(header)
    if len(fields) == n:
        return fields
    if len(fields) == n + 1 and not fields[n]:
        return fields[:n]
    return [*fields, ""] if may_lack_last and len(fields) == n - 1 else None
