package metra

import (
	"runtime"
	"unsafe"
)

// countCell is an owned cell of a counter or meter.
type countCell struct {
	owner owner
	count *int64
}

// add adds with a plain store, which is what makes an owned cell cheap: the stores that Go calls atomic cost a locked
// instruction. It is sound because Go never reads the word but here, in the one goroutine that owns it. Other readers are
// the library's, which loads it atomically; an aligned word of 64 bits is stored in one piece. The compiler stores at
// each addition or, where nothing comes between, at a later one: a sum that is read meanwhile is one that there was.
func (c *countCell) add(n int64) {
	c.owner.check()
	if c.count != nil {
		*c.count += n
	}
	runtime.KeepAlive(c)
}

// end gives the cell that is about to be released, once: afterwards nil.
func (c *countCell) end() unsafe.Pointer {
	c.owner.check()
	count := c.count
	c.count = nil
	runtime.KeepAlive(c)
	return unsafe.Pointer(count)
}
