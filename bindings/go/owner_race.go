//go:build race

package metra

// owner makes the race detector see who writes a cell. It watches Go's memory only, and cells are C's.
type owner struct {
	writes int
}

func (o *owner) check() {
	o.writes++
}
