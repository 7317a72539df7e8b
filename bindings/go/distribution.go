package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Distribution is count, sum, minimum, maximum and mean of values. It may outlive its group and registry; any goroutine
// may use it. On nil its methods do nothing.
type Distribution struct {
	handle
	shared *distributionCell // memory of the library's, valid as long as the handle
}

// Distribution gives a distribution of the group, registered if it is not there. The same name gives the same
// distribution.
func (g *Group) Distribution(name string) (*Distribution, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_distribution
	if err := failure(C.metra_go_group_distribution(g.use(), n, &out)); err != nil {
		return nil, err
	}
	shared := (*distributionCell)(unsafe.Pointer(C.metra_go_distribution_shared_cell(out)))
	d := &Distribution{handle{pointer: unsafe.Pointer(out)}, shared}
	runtime.SetFinalizer(d, (*Distribution).Free)
	return d, nil
}

// Free gives the handle back, see [Counter.Free].
func (d *Distribution) Free() {
	if d == nil {
		return
	}
	runtime.SetFinalizer(d, nil)
	d.shared = nil
	C.metra_go_distribution_free((*C.metra_distribution)(d.end()))
}

// Update adds a value to the distribution. Where another goroutine is in the midst of that, C does it.
func (d *Distribution) Update(value int64) {
	if d == nil {
		return
	}
	pointer := d.use()
	if d.shared != nil && atomic.CompareAndSwapUint64(&d.shared.lock, 0, lockedByGo) {
		d.shared.update(value)
		atomic.StoreUint64(&d.shared.lock, 0)
	} else {
		C.metra_go_distribution_update((*C.metra_distribution)(pointer), C.int64_t(value))
	}
	d.done()
}

// UpdateMany adds many values in one call.
func (d *Distribution) UpdateMany(values []int64) {
	if d == nil || len(values) == 0 {
		return
	}
	first := (*C.int64_t)(unsafe.SliceData(values))
	C.metra_go_distribution_update_many((*C.metra_distribution)(d.use()), first, C.size_t(len(values)))
	d.done()
}

// DistributionReading is what a distribution says. Minimum <= mean <= maximum, and all five belong to the same moment.
type DistributionReading struct {
	Count int64   // values ever
	Sum   int64   // their sum, at most the largest and at least the smallest int64
	Min   int64   // the smallest; zero without values
	Max   int64   // the largest; zero without values
	Mean  float64 // the exact sum by the count; zero without values
}

func distributionReadingOf(c *C.metra_distribution_reading) DistributionReading {
	return DistributionReading{int64(c.count), int64(c.sum), int64(c.min), int64(c.max), float64(c.mean)}
}

// Read reads the distribution.
func (d *Distribution) Read() DistributionReading {
	if d == nil {
		return DistributionReading{}
	}
	out := C.metra_distribution_reading{size: C.sizeof_metra_distribution_reading}
	defer d.done()
	if failure(C.metra_go_distribution_read((*C.metra_distribution)(d.use()), &out)) != nil {
		return DistributionReading{}
	}
	return distributionReadingOf(&out)
}

// Cell gives a part of the distribution that one goroutine alone updates; see [Counter.Cell].
func (d *Distribution) Cell() (*DistributionCell, error) {
	if d == nil {
		return nil, nil
	}
	defer d.done()
	var out *C.metra_distribution_cell
	pointer := (*C.metra_distribution)(d.use())
	err := failure(C.metra_go_distribution_cell_acquire(pointer, C.METRA_CELL_LAYOUT, &out))
	if err != nil {
		return nil, err
	}
	cell := &DistributionCell{cell: (*distributionCell)(unsafe.Pointer(out))}
	runtime.SetFinalizer(cell, (*DistributionCell).Release)
	return cell, nil
}

// DistributionCell is a part of a distribution, for one goroutine at a time. On nil, and once released, it does nothing.
type DistributionCell struct {
	owner owner
	cell  *distributionCell
}

// Update adds a value to the distribution.
func (c *DistributionCell) Update(value int64) {
	if c == nil {
		return
	}
	c.owner.check()
	if c.cell != nil {
		c.cell.update(value)
	}
	runtime.KeepAlive(c)
}

// Release gives the cell back; its values stay in the distribution. Releasing again is harmless.
func (c *DistributionCell) Release() {
	if c == nil {
		return
	}
	c.owner.check()
	cell := c.cell
	c.cell = nil
	C.metra_go_distribution_cell_release((*C.metra_distribution_cell)(unsafe.Pointer(cell)))
	runtime.KeepAlive(c)
}
