package metra

// #include "metra.h"
import "C"

import "fmt"

// version is that of a library; versions below 1 promise nothing across their minor numbers.
type version struct {
	major, minor, patch int
}

// wanted is the version of the header that this package was made from.
var wanted = version{C.METRA_VERSION_MAJOR, C.METRA_VERSION_MINOR, C.METRA_VERSION_PATCH}

func (v version) String() string {
	return fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch)
}

// isServedBy tells whether a library of the version found has all that one of this version has.
func (v version) isServedBy(found string) bool {
	var f version
	if _, err := fmt.Sscanf(found, "%d.%d.%d", &f.major, &f.minor, &f.patch); err != nil || f.major != v.major {
		return false
	}
	if f.minor == v.minor {
		return f.patch >= v.patch
	}
	return v.major > 0 && f.minor > v.minor
}
