"""Counts words in a text."""

import re
from collections import Counter


def words(text: str) -> list[str]:
    """The words of a text in lower case, in their order."""
    return re.findall(r"\w+", text.lower())


def count(text: str) -> dict[str, int]:
    """How often each word stands in a text."""
    return dict(Counter(words(text)))
