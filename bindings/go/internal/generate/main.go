// Command generate writes what the binding takes from metra's header: a copy of it, because a module holds only files of
// its own folder, and for every function of it one that calls the library of this process.
//
//	go run ./internal/generate ../../include/metra.h
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("the argument is metra.h"))
	}
	files, err := generate(os.Args[1])
	if err != nil {
		fail(err)
	}
	for name, content := range files {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "generate:", err)
	os.Exit(1)
}

// generate gives the content of each file, by its name.
func generate(header string) (map[string][]byte, error) {
	source, err := os.ReadFile(filepath.Clean(header))
	if err != nil {
		return nil, err
	}
	functions, err := declarations(string(source))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"metra.h": source,
		"calls.h": []byte(callsHeader(functions)),
		"calls.c": []byte(callsSource(functions)),
	}, nil
}
