package metra

import (
	"sync/atomic"
	"testing"
)

func TestUpdateOfADistributionLeavesItsCellUnlocked(t *testing.T) {
	registry, err := NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer registry.Free()
	root, err := registry.Root(RootInfo{Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	distribution, err := root.Distribution("d")
	if err != nil {
		t.Fatal(err)
	}
	distribution.Update(1)
	if lock := atomic.LoadUint64(&distribution.shared.lock); lock != 0 {
		t.Error(lock)
	}
	// While somebody else has it, C takes the value.
	atomic.StoreUint64(&distribution.shared.lock, lockedByGo)
	distribution.Update(2)
	atomic.StoreUint64(&distribution.shared.lock, 0)
	if want := (DistributionReading{2, 3, 1, 2, 1.5}); distribution.Read() != want {
		t.Error(distribution.Read())
	}
}
