"""Counts words in a text."""

import re
from collections import Counter


def words(text: str) -> list[str]:
    """The words of a text in lower case, in their order."""
    return re.findall(r"\w+", text.lower())


def count(text: str) -> dict[str, int]:
    """How often each word stands in a text."""
    return dict(Counter(words(text)))


def top(text: str, most: int) -> list[tuple[str, int]]:
    """The most frequent words with their numbers; equally frequent ones in the order of the alphabet."""
    return sorted(count(text).items(), key=lambda item: (-item[1], item[0]))[:most]
