"""Secrets and addresses that slipped into a text: found by their shape, judged by nobody.

A look for a person to act on, not a proof: what has no known shape is not found. Every pattern
starts at something rare and takes each character once, so that no text makes it slow.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["secret", "e-mail", "phone", "card number", "IBAN"]


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What stands at ``text[start:end]``."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> list[Sensitive]:
    """What looks sensitive in a text, in its order; no two overlap.

    Not reported are placeholders: addresses at the domains kept for examples (RFC 2606), telephone
    numbers 555-01xx and those of the area code 555, which nobody has, and keys that say they are
    none.
    """
    # Patterns cost far more than looking for a few bytes, and most texts have nothing for them.
    raw = text.encode("utf-8", "surrogatepass")
    found: list[Sensitive] = []
    if _has_key(raw):
        found += _keys(text)
    drawn = raw.translate(_DRAWN)
    if b"0" in drawn:
        if _LONG_NUMBER in raw.translate(_DRAWN, b" ()./-"):
            found += _accounts(text) if b"aa00" in drawn else ()
            found += _numbers(text)
        if b"a0" in drawn or b"0a" in drawn:
            found += _assigned(text)
    if "@" in text:
        found += _addresses(text)
    return _apart(found) if len(found) > 1 else found


def masked(text: str, sensitive: Sensitive) -> str:
    """The first three and the last two of its characters; of a short one, only the first."""
    shown = text[sensitive.start : sensitive.end]
    return f"{shown[:3]}…{shown[-2:]}" if len(shown) > 8 else f"{shown[:1]}…"


_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = b"0123456789"
#: Bytes of a key as one sign; letters as one and digits as another.
_WORDS = bytes(97 if byte in _LETTERS + _DIGITS + b"_-" else 32 for byte in range(256))
_DRAWN = bytes(97 if byte in _LETTERS else 48 if byte in _DIGITS else 32 for byte in range(256))
_LONG_WORD, _LONG_NUMBER = b"a" * 20, b"0" * 9


def _apart(found: list[Sensitive]) -> list[Sensitive]:
    kept: list[Sensitive] = []
    # Sorting is stable: of two that start together the surer one comes first.
    for one in sorted(found, key=lambda one: one.start):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


# Secrets ------------------------------------------------------------------------------------------

#: How a long word starts that is a key, and a private key's first line.
_PREFIXES = (
    b"sk-", b"hf_", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_", b"glpat-", b"AKIA",
    b"ASIA", b"AIza", b"GOCSPX-", b"xox", b"xapp-", b"sk_", b"rk_", b"whsec_", b"eyJ",
)  # fmt: skip
_BEGIN = b"-----BEGIN "
_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:
        (?P<loose>sk-[A-Za-z0-9_-]{20,})     # OpenAI, Anthropic and those that speak like them
      | hf_[A-Za-z0-9]{30,}
      | gh[pousr]_[A-Za-z0-9]{30,}
      | github_pat_[A-Za-z0-9_]{22,}
      | glpat-[A-Za-z0-9_-]{20,}
      | (?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])
      | AIza[A-Za-z0-9_-]{35}
      | GOCSPX-[A-Za-z0-9_-]{20,}
      | xox[abeoprs]-[A-Za-z0-9-]{16,}
      | xapp-[A-Za-z0-9-]{16,}
      | [sr]k_(?:live|test)_[A-Za-z0-9]{16,}
      | whsec_[A-Za-z0-9]{24,}
    )""",
    re.VERBOSE,
)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]{8,}+", re.ASCII)
_PEM = re.compile(r"-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
#: A value after a sign; what it is the value of is looked up before it.
_ASSIGNED = re.compile(
    r"[:=][ \t>]{0,3}[\"'`]?([^\s\"'`,;:<>(){}\[\]$][^\s\"'`,;:<>(){}\[\]]{9,}+)"
)
_NAMES = ("passw", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "authkey")
_NO_KEY = re.compile(
    r"x{4}|\*{3}|\.{3}|example|your|placeholder|change.?me|dummy|passw|abcdef", re.IGNORECASE
)

_DIGIT, _LETTER, _LOWER, _UPPER, _SIGN = map(
    re.compile, ("[0-9]", "[A-Za-z]", "[a-z]", "[A-Z]", r"[^\w./-]")
)
#: So many characters of a key tell whether it is one.
_SAMPLE = 200


def _has_key(raw: bytes) -> bool:
    """Whether any long word of a text starts as a key does."""
    words = raw.translate(_WORDS)
    at = words.find(_LONG_WORD)
    if at >= 0 and _BEGIN in raw:
        return True
    while at >= 0:
        if raw.startswith(_PREFIXES, at):
            return True
        end = words.find(b" ", at)
        at = words.find(_LONG_WORD, end) if end >= 0 else -1
    return False


def _keys(text: str) -> Iterator[Sensitive]:
    yield from _private_keys(text)
    yield from (Sensitive("secret", *match.span()) for match in _JWT.finditer(text))
    for match in _KEY.finditer(text):
        key = match[0][:_SAMPLE]
        if _is_random(key) and (not match["loose"] or _is_mixed(key)):
            yield Sensitive("secret", *match.span())


def _assigned(text: str) -> Iterator[Sensitive]:
    for match in _ASSIGNED.finditer(text):
        value = match[1][:_SAMPLE]
        if _is_named(text, match.start()) and _is_mixed(value) and _is_random(value):
            yield Sensitive("secret", *match.span(1))


def _private_keys(text: str) -> Iterator[Sensitive]:
    at = 0
    while match := _PEM.search(text, at):
        at = text.find("-----END ", match.end())
        if at < 0:
            yield Sensitive("secret", *match.span())
            return
        close = text.find("-----", at + 9, at + 60)
        at = close + 5 if close >= 0 else at + 9
        yield Sensitive("secret", match.start(), at)


def _is_named(text: str, sign: int) -> bool:
    """Whether what stands before the sign names a secret."""
    name = text[max(0, sign - 24) : sign].lower()
    for blank in "_- ":
        name = name.replace(blank, "")
    return any(word in name for word in _NAMES)


def _is_mixed(value: str) -> bool:
    """Whether letters and digits are mixed as in no word, path or name of a program."""
    digits = len(_DIGIT.findall(value))
    if not digits or not _LETTER.search(value):
        return False
    if len(value) >= 16 and 6 * digits >= len(value):
        return True
    kinds = (_LOWER.search(value), _UPPER.search(value), _SIGN.search(value))
    return len(kinds) - kinds.count(None) >= 2


def _is_random(value: str) -> bool:
    """Whether it says nothing: no word that a placeholder has, and 3 bits a character at least."""
    if _NO_KEY.search(value):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) >= 3


# Addresses ----------------------------------------------------------------------------------------

_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_AT = re.compile(
    r"(?<=[A-Za-z0-9_+-])@((?:[A-Za-z0-9][A-Za-z0-9-]{0,62}+\.){1,8}[A-Za-z]{2,24})(?![\w-])"
)
_EXAMPLES = re.compile(
    r"(?:.+\.)?(?:example(?:\.(?:com|net|org|edu))?|.+\.(?:test|invalid|localhost|local))\Z"
)


def _addresses(text: str) -> Iterator[Sensitive]:
    for match in _AT.finditer(text):
        before = text[max(0, match.start() - 64) : match.start()]
        local = before[len(before.rstrip(_LOCAL)) :].lstrip(".%-")
        # git@host:path is how a repository is reached.
        if local and local != "git" and not _EXAMPLES.match(match[1].lower()):
            yield Sensitive("e-mail", match.start() - len(local), match.end())


# Numbers ------------------------------------------------------------------------------------------

#: Nine digits and more that belong together, with what may stand before the first one.
_RUN = re.compile(r"[+(]{0,2}\d(?:[ ().\-/]{0,2}+\d){8,}+", re.ASCII)
#: Characters of a run that is no number any more but a table of them.
_TABLE = 80
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_CARD = re.compile(
    r"(?<![\w.])"
    r"(?:\d{13,19}+|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -])\d{6}\2\d{4,5})"
    r"(?!\w|[.-]\d)",
    re.ASCII,
)
#: How the numbers of a card begin, and how many there are.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})\Z"
    r"|(?:5[1-5]\d{4}|222[1-9]\d\d|22[3-9]\d{3}|2[3-6]\d{4}|27[01]\d{3}|2720\d\d)\d{10}\Z"
    r"|3[47]\d{13}\Z|3(?:0[0-5]|[689]\d)\d{11}\Z"
    r"|(?:6011|64[4-9]\d|65\d\d|62\d\d|35(?:2[89]|[3-8]\d))\d{12,15}\Z",
    re.ASCII,
)
#: International, and as North America writes them; bare digits could be anything.
_PHONE = re.compile(
    r"(?:(?<![\w)\]*/=^.-])\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}"
    r"|(?<![\w./-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[ .-]\d{4})"
    r"(?!\w|[./,-]\d)",
    re.ASCII,
)
#: National ones elsewhere start with a zero; only a word before them tells what they are.
_CALLED = re.compile(
    r"(?:tel|phone|telefon|mobile?|cell|fax|whatsapp)(?: ?(?:no|number))?[.:=# ]*\Z"
)
_NOBODYS = re.compile(r"1?(?:555\d{7}|\d{3}55501\d\d)\Z")


def _numbers(text: str) -> Iterator[Sensitive]:
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start <= _TABLE:
            yield from _cards_and_phones(text, start, end)


def _accounts(text: str) -> Iterator[Sensitive]:
    for match in _IBAN.finditer(text):
        if _is_iban(match[0].replace(" ", "")):
            yield Sensitive("IBAN", *match.span())


def _cards_and_phones(text: str, start: int, end: int) -> Iterator[Sensitive]:
    # A pattern looks at what stands behind the run, too: what is cut off there is no number.
    for match in _CARD.finditer(text, start, end + 2):
        digits = match[0].replace(" ", "").replace("-", "")
        if _ISSUERS.match(digits) and _is_luhn(digits):
            yield Sensitive("card number", *match.span())
    for match in _PHONE.finditer(text, start, end + 2):
        if _is_somebodys(match[0]):
            yield Sensitive("phone", *match.span())
    number = text[start:end]
    if number.lstrip("(").startswith("0") and _is_somebodys(number):
        before = text[max(0, start - 24) : start].lower()
        if _CALLED.search(before):
            yield Sensitive("phone", start, end)


def _is_somebodys(number: str) -> bool:
    digits = "".join(filter(str.isdigit, number))
    return 9 <= len(digits) <= 15 and not _NOBODYS.match(digits)


def _is_luhn(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_iban(account: str) -> bool:
    """Whether its check digits (ISO 13616) are right."""
    if not 15 <= len(account) <= 34 or not account.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1
