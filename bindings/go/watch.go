//go:build !metra_watch

package metra

// watch does nothing; built with the tag metra_watch it looks for handles that are freed while C works with them.
type watch struct{}

func (*watch) begin() {}
func (*watch) end()   {}
func (*watch) free()  {}
