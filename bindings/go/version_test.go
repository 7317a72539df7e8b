package metra

import "testing"

func TestNewerLibraryServesUnlessItMayHaveChanged(t *testing.T) {
	for _, c := range []struct {
		wanted version
		found  string
		serves bool
	}{
		{version{0, 1, 2}, "0.1.2", true},
		{version{0, 1, 2}, "0.1.3", true},
		{version{0, 1, 2}, "0.1.1", false},
		{version{0, 1, 2}, "0.2.2", false},
		{version{1, 1, 2}, "1.1.2", true},
		{version{1, 1, 2}, "1.2.0", true},
		{version{1, 1, 2}, "1.1.1", false},
		{version{1, 1, 2}, "1.0.9", false},
		{version{1, 1, 2}, "2.1.2", false},
		{version{1, 1, 2}, "", false},
	} {
		if c.wanted.isServedBy(c.found) != c.serves {
			t.Errorf("%v by %q: %v", c.wanted, c.found, !c.serves)
		}
	}
}
