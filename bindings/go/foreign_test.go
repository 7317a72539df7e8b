package metra_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	metra "metra.dev/bindings/go"
	"metra.dev/bindings/go/internal/foreign"
)

func TestGoAndCCountInOneCounter(t *testing.T) {
	const goroutines, times = 4, 20000
	_, root := newRoot(t)
	shared := must[*metra.Counter](t)(root.Counter("shared"))
	check(t, foreign.Open(library()))
	var working sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		working.Add(1)
		go func() {
			defer working.Done()
			for n := 0; n < times; n++ {
				shared.Inc(1)
			}
		}()
	}
	check(t, foreign.Count(root.Token(), times))
	working.Wait()
	equal(t, shared.Count(), (goroutines+2)*times)
}

func TestGroupThatCMadeIsFoundByItsToken(t *testing.T) {
	registry, root := newRoot(t)
	check(t, foreign.Open(library()))
	token := must[uint64](t)(foreign.Group(root.Token()))
	group := must[*metra.Group](t)(metra.GroupFromToken(token))
	counter := must[*metra.Counter](t)(group.Counter("made"))
	counter.Inc(1)
	equal(t, counter.Count(), 8)
	if text := page(t, registry); !strings.Contains(text, "shop_c_made 8\n") {
		t.Error(text)
	}
	check(t, group.Close())
	_, err := metra.GroupFromToken(token)
	if !errors.Is(err, metra.ErrNotFound) {
		t.Error(err)
	}
}

func init() {
	// C comes first, with a copy of the library that is not the one Go is told of.
	children["c first"] = func() error {
		if err := foreign.Open(library()); err != nil {
			return err
		}
		if err := metra.Load(os.Getenv(placeVariable)); err != nil {
			return err
		}
		registry, err := metra.DefaultRegistry()
		if err != nil {
			return err
		}
		root, err := registry.Root(metra.RootInfo{Name: "shop"})
		if err != nil {
			return err
		}
		if err := foreign.Count(root.Token(), 10); err != nil {
			return err
		}
		counter, err := root.Counter("shared")
		if err != nil {
			return err
		}
		copies := map[string]bool{}
		maps, err := os.ReadFile("/proc/self/maps")
		for _, line := range strings.Split(string(maps), "\n") {
			if at := strings.IndexByte(line, '/'); at >= 0 && strings.Contains(line[at:], "libmetra") {
				copies[line[at:]] = true
			}
		}
		fmt.Printf("%d in %d copy", counter.Count(), len(copies))
		return err
	}
}

func TestCopyThatCLoadedIsTheOneThatGoUses(t *testing.T) {
	other := filepath.Join(t.TempDir(), "libmetra.so.0")
	check(t, os.WriteFile(other, must[[]byte](t)(os.ReadFile(library())), 0o700))
	for _, place := range []string{"", other, "/nowhere/libmetra.so"} {
		output, err := childOutput(t, "c first", placeVariable+"="+place)
		if err != nil || output != "20 in 1 copy" {
			t.Error(place, err, output)
		}
	}
}
