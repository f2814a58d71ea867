"""The grammar of ``django=``: pairs of name and value, with Python's literals for lists."""

import ast
import re
from typing import Any

MOST_PAIRS, LONGEST_LIST, LONGEST_NAME = 20, 1000, 300
_WORD = re.compile(r"[\w.-]+")


def split_pairs(text: str) -> list[tuple[str, str]]:
    """Split at commas outside of brackets, two by two."""
    parts, depth = [""], 0
    for character in text:
        depth = max(0, depth + (character in "[(") - (character in "])"))
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    if len(parts) % 2:
        raise ValueError("Enter pairs of a name and a value, with commas between them.")
    pairs = [(parts[place].strip(), parts[place + 1].strip()) for place in range(0, len(parts), 2)]
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("Enter each name once.")
    if len(pairs) > MOST_PAIRS:
        raise ValueError(f"Enter at most {MOST_PAIRS} pairs.")
    for name, _ in pairs:
        if len(name) > LONGEST_NAME:
            raise ValueError(f"Enter names of at most {LONGEST_NAME} characters.")
    return pairs


def is_list(text: str) -> bool:
    """Whether a value is written as a list or tuple."""
    return len(text) >= 2 and text[0] + text[-1] in ("[]", "()")


def read_values(text: str) -> list[Any]:
    """Read ``['a', 2]`` or ``('a', 2)``; only a flat list of literals is one."""
    if not is_list(text):
        raise ValueError("Enter a list of values in brackets.")
    try:
        values = ast.literal_eval(f"[{text[1:-1]}]")
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError("Enter a list of values in brackets, texts in quotes.") from None
    # a bool is an int
    if len(values) > LONGEST_LIST or not all(one is None or isinstance(one, str | int | float) for one in values):
        raise ValueError(f"Enter a list of at most {LONGEST_LIST} texts or numbers.")
    return list(values)


def read_list(text: str) -> list[str]:
    """Read a list into texts, as the values of pairs are; a word alone, as ibllib sends one lab, is a list of one."""
    if _WORD.fullmatch(text):
        return [text]
    values = read_values(text)
    if None in values:
        raise ValueError("Enter a list without None; use isnull.")
    return [str(one) for one in values]
