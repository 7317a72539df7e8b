package metra

// #include "metra.h"
import "C"

import (
	"math/bits"
	"unsafe"
)

// distributionCell is metra_distribution_cell of the header, in words of Go's: what its inline functions do is done here
// without a call into C.
type distributionCell struct {
	header   uint64 // count << 1 | active, the slot that holds the totals of the values
	slots    [2]distributionSlot
	lock     uint64 // of a shared cell: 0 while nobody writes
	reserved [6]uint64
}

// distributionSlot is metra_distribution_slot of the header.
type distributionSlot struct {
	sumLow, sumHigh uint64 // 128 bits in two's complement
	below           uint64 // how far the smallest value is below the largest number
	above           uint64 // how far the largest value is above the smallest number
}

// The two are laid out alike, or this does not compile.
var (
	_ [C.sizeof_metra_distribution_cell]struct{} = [unsafe.Sizeof(distributionCell{})]struct{}{}
	_ [C.sizeof_metra_distribution_slot]struct{} = [unsafe.Sizeof(distributionSlot{})]struct{}{}

	_ [unsafe.Offsetof(C.metra_distribution_cell{}.slots)]struct{} = [unsafe.Offsetof(distributionCell{}.slots)]struct{}{}
	_ [unsafe.Offsetof(C.metra_distribution_cell{}.lock)]struct{}  = [unsafe.Offsetof(distributionCell{}.lock)]struct{}{}

	_ [unsafe.Offsetof(C.metra_distribution_slot{}.sum_high)]struct{} = [unsafe.Offsetof(distributionSlot{}.sumHigh)]struct{}{}
	_ [unsafe.Offsetof(C.metra_distribution_slot{}.below)]struct{}    = [unsafe.Offsetof(distributionSlot{}.below)]struct{}{}
	_ [unsafe.Offsetof(C.metra_distribution_slot{}.above)]struct{}    = [unsafe.Offsetof(distributionSlot{}.above)]struct{}{}
)

// lockedByGo is what a writer outside the library puts in the lock.
const lockedByGo = ^uint64(0)

// update fills the idle slot and commits it by storing the header. It is for one writer at a time.
//
// The order of the stores matters to readers, see store. The function is not inlined, lest the compiler should find two
// updates in a row and leave out the first one's commit, as one that is overwritten.
//
//go:noinline
func (c *distributionCell) update(value int64) {
	header := c.header
	from, to := &c.slots[header&1], &c.slots[header&1^1]
	low, carry := bits.Add64(from.sumLow, uint64(value), 0)
	high, _ := bits.Add64(from.sumHigh, uint64(value>>63), carry)
	store(&to.sumLow, low)
	store(&to.sumHigh, high)
	store(&to.below, max(from.below, 1<<63-1-uint64(value)))
	store(&to.above, max(from.above, uint64(value)+1<<63))
	store(&c.header, (header+2)^1)
}
