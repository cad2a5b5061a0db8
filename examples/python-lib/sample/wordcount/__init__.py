"""Counts words in a text."""

import re


def words(text: str) -> list[str]:
    """The words of a text in lower case, in their order."""
    return re.findall(r"\w+", text.lower())
