//go:build race

package metra_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	metra "metra.dev/bindings/go"
)

func init() {
	children["two owners"] = func() error {
		if err := metra.Load(library()); err != nil {
			return err
		}
		registry, err := metra.NewRegistry(nil)
		if err != nil {
			return err
		}
		root, err := registry.Root(metra.RootInfo{Name: "shop"})
		if err != nil {
			return err
		}
		counter, err := root.Counter("c")
		if err != nil {
			return err
		}
		cell, err := counter.Cell()
		if err != nil {
			return err
		}
		var working sync.WaitGroup
		for i := 0; i < 2; i++ {
			working.Add(1)
			go func() {
				defer working.Done()
				for n := 0; n < 1000; n++ {
					cell.Inc(1)
				}
			}()
		}
		working.Wait()
		fmt.Println("ended")
		return nil
	}
}

func TestRaceDetectorFindsACellWithTwoOwners(t *testing.T) {
	output, err := childOutput(t, "two owners")
	if err == nil || !strings.Contains(output, "DATA RACE") || !strings.Contains(output, "CounterCell") {
		t.Error(err, output)
	}
}
