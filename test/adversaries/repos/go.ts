import { text } from '../scene.ts';
import type { SampleRepo } from './repo.ts';

export const go: SampleRepo = {
  runner: 'go test',
  check: 'go test ./...',
  needs: ['go', 'version'],
  files: {
    '.gitignore': '*.out\n',
    'go.mod': 'module example.com/whole\n\ngo 1.19\n',
    'numbers.go': text`
      package whole

      // Clamp gives the number of a range that is nearest to n.
      func Clamp(n, low, high int) int {
      	if n < low {
      		return low
      	}
      	if n > high {
      		return high
      	}
      	return n
      }
    `,
    'numbers_test.go': text`
      package whole

      import "testing"

      func TestClamp(t *testing.T) {
      	for _, c := range []struct{ n, want int }{{5, 5}, {-5, 1}, {50, 10}} {
      		if got := Clamp(c.n, 1, 10); got != c.want {
      			t.Errorf("Clamp(%d, 1, 10) = %d, want %d", c.n, got, c.want)
      		}
      	}
      }
    `,
  },
  given: {
    'roman.go': text`
      package whole

      // ToRoman is not there yet.
      func ToRoman(n int) string {
      	panic("not there yet")
      }
    `,
    'roman_test.go': text`
      package whole

      import "testing"

      func TestSeveralLetters(t *testing.T) {
      	if got := ToRoman(2023); got != "MMXXIII" {
      		t.Errorf("ToRoman(2023) = %q", got)
      	}
      }

      func TestSubtractivePairs(t *testing.T) {
      	if got := ToRoman(1994); got != "MCMXCIV" {
      		t.Errorf("ToRoman(1994) = %q", got)
      	}
      }
    `,
  },
};
