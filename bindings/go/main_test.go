package metra_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	metra "metra.dev/bindings/go"
)

// children are programs of their own, for what can happen once in a process.
var children = map[string]func() error{}

const (
	childVariable   = "METRA_TEST_CHILD"
	libraryVariable = "METRA_TEST_LIBRARY"
)

// library is the path of the library under test.
func library() string {
	if path := os.Getenv(libraryVariable); path != "" {
		return path
	}
	path, err := filepath.Abs("../../target/release/libmetra.so")
	if err != nil {
		panic(err)
	}
	return path
}

func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv(childVariable)]; ok {
		if err := child(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	if err := metra.Load(library()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// childOutput runs a child with more environment and gives what it printed and whether it ended well.
func childOutput(t *testing.T, name string, environment ...string) (string, error) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+name, libraryVariable+"="+library())
	child.Env = append(child.Env, environment...)
	output, err := child.CombinedOutput()
	return string(output), err
}

// check ends the test on an error.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must gives what a call gave, or ends the test.
func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		check(t, err)
		return value
	}
}

// kept makes what a call gave into nil where it failed.
func kept[T any](value *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return value, nil
}

// equal fails the test unless the two are equal.
func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// newConfig makes a configuration with these keys and values, on a clock of its own.
func newConfig(t *testing.T, keysAndValues ...string) (*metra.Config, *metra.Clock) {
	t.Helper()
	config := must[*metra.Config](t)(metra.NewConfig())
	clock := must[*metra.Clock](t)(metra.NewClock())
	check(t, config.SetClock(clock))
	for i := 0; i < len(keysAndValues); i += 2 {
		check(t, config.Set(keysAndValues[i], keysAndValues[i+1]))
	}
	return config, clock
}

// newRegistry makes a registry that is closed with the test.
func newRegistry(t *testing.T, config *metra.Config) *metra.Registry {
	t.Helper()
	registry := must[*metra.Registry](t)(metra.NewRegistry(config))
	t.Cleanup(func() {
		if err := registry.Close(); err != nil {
			t.Error(err)
		}
	})
	return registry
}

// newRoot makes a registry and its root "shop".
func newRoot(t *testing.T) (*metra.Registry, *metra.Group) {
	t.Helper()
	registry := newRegistry(t, nil)
	return registry, must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
}

// page is what the registry writes for Prometheus.
func page(t *testing.T, registry *metra.Registry) string {
	t.Helper()
	var text bytes.Buffer
	check(t, registry.Write(&text, metra.Prometheus))
	return text.String()
}
