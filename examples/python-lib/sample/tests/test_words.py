from wordcount import words


def test_words_are_in_lower_case_and_in_order():
    assert words("The quick, the slow.") == ["the", "quick", "the", "slow"]


def test_a_text_without_words_has_none():
    assert words(" ... ") == []
