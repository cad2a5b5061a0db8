import { text } from '../scene.ts';
import type { SampleRepo } from './repo.ts';

export const pytest: SampleRepo = {
  runner: 'pytest',
  check: 'python3 -m pytest -q',
  needs: ['python3', '-m', 'pytest', '--version'],
  files: {
    '.gitignore': '__pycache__/\n.pytest_cache/\n',
    'pyproject.toml': text`
      [project]
      name = "whole-numbers"
      version = "1.0.0"

      [tool.pytest.ini_options]
      testpaths = ["tests"]
      pythonpath = ["."]
    `,
    'whole/__init__.py': '',
    'whole/numbers.py': text`
      def clamp(n, low, high):
          """The number of a range that is nearest to n."""
          return min(max(n, low), high)


      def digit_sum(n):
          return sum(int(digit) for digit in str(abs(n)))
    `,
    'tests/test_numbers.py': text`
      import unittest

      from whole.numbers import clamp, digit_sum


      class TestClamp(unittest.TestCase):
          def test_keeps_what_is_inside(self):
              self.assertEqual(clamp(5, 1, 10), 5)

          def test_moves_what_is_outside_to_the_border(self):
              self.assertEqual(clamp(-5, 1, 10), 1)
              self.assertEqual(clamp(50, 1, 10), 10)


      def test_adds_the_digits():
          assert digit_sum(1994) == 23


      def test_does_not_mind_the_sign():
          assert digit_sum(-12) == 3
    `,
  },
  given: {
    'whole/roman.py': text`
      def to_roman(n):
          raise NotImplementedError(n)
    `,
    'tests/test_roman.py': text`
      import pytest

      from whole.roman import to_roman


      @pytest.mark.parametrize("n, numeral", [(1, "I"), (10, "X"), (2023, "MMXXIII")])
      def test_letters(n, numeral):
          assert to_roman(n) == numeral


      def test_subtractive_pairs():
          assert to_roman(1994) == "MCMXCIV"


      def test_what_has_no_numeral():
          with pytest.raises(ValueError):
              to_roman(0)
    `,
  },
};
