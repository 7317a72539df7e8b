package metra_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	metra "metra.dev/bindings/go"
)

const placeVariable = "METRA_TEST_PLACE"

func init() {
	// Says what becomes of the library at the place, and of every way to begin without one.
	children["load"] = func() error {
		err := metra.Load(os.Getenv(placeVariable))
		var failure *metra.LibraryError
		if !errors.As(err, &failure) {
			return fmt.Errorf("loaded: %w", err)
		}
		_, inVersion := metra.Version()
		_, inPath := metra.HotPath()
		_, inClock := metra.NewClock()
		_, inConfig := metra.NewConfig()
		_, inRegistry := metra.NewRegistry(nil)
		_, inDefault := metra.DefaultRegistry()
		_, inToken := metra.GroupFromToken(1)
		for _, err := range []error{inVersion, inPath, inClock, inConfig, inRegistry, inDefault, inToken} {
			if !errors.As(err, &failure) {
				return fmt.Errorf("began without a library: %w", err)
			}
		}
		fmt.Print(err)
		// What failed may be tried again.
		return metra.Load(library())
	}
	children["search"] = func() error {
		version, err := metra.Version()
		fmt.Print(version)
		return err
	}
}

// impostor compiles a library that says it is metra of this version.
func impostor(t *testing.T, version string) string {
	t.Helper()
	folder := t.TempDir()
	source := filepath.Join(folder, "impostor.c")
	content := fmt.Sprintf("const char *metra_version(void) { return %q; }\n", version)
	check(t, os.WriteFile(source, []byte(content), 0o600))
	path := filepath.Join(folder, "libmetra.so.0")
	compiler := exec.Command("cc", "-shared", "-fPIC", source, "-o", path)
	if output, err := compiler.CombinedOutput(); err != nil {
		t.Fatal(err, string(output))
	}
	return path
}

func TestMissingLibraryIsAnErrorThatNamesIt(t *testing.T) {
	output, err := childOutput(t, "load", placeVariable+"=/nowhere/libmetra.so")
	check(t, err)
	for _, part := range []string{"metra: no library", "wanted version 0.1.0", "/nowhere/libmetra.so"} {
		if !strings.Contains(output, part) {
			t.Errorf("%q does not say %q", output, part)
		}
	}
}

func TestMissingLibraryOfTheDefaultSearchIsNamedToo(t *testing.T) {
	output, err := childOutput(t, "load", placeVariable+"=", "LD_LIBRARY_PATH="+t.TempDir())
	check(t, err)
	if !strings.Contains(output, "libmetra.so.0") {
		t.Error(output)
	}
}

func TestLibraryOfAnotherVersionIsAnErrorThatNamesBoth(t *testing.T) {
	for _, version := range []string{"1.0.0", "0.2.0", "0.0.9", "nonsense"} {
		path := impostor(t, version)
		output, err := childOutput(t, "load", placeVariable+"="+path)
		check(t, err)
		want := fmt.Sprintf("metra: found version %s at %s, wanted 0.1.0: it is of another version", version, path)
		equal(t, output, want)
	}
}

func TestLibraryThatLacksAFunctionIsAnErrorThatNamesIt(t *testing.T) {
	path := impostor(t, "0.1.0")
	output, err := childOutput(t, "load", placeVariable+"="+path)
	check(t, err)
	equal(t, output, fmt.Sprintf("metra: found version 0.1.0 at %s, wanted 0.1.0: it has no metra_hot_path", path))
}

func TestFileThatIsNoLibraryIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "libmetra.so")
	check(t, os.WriteFile(path, []byte("no library"), 0o600))
	output, err := childOutput(t, "load", placeVariable+"="+path)
	check(t, err)
	if !strings.Contains(output, path) {
		t.Error(output)
	}
}

func TestDefaultSearchIsTheDynamicLinkers(t *testing.T) {
	folder := t.TempDir()
	check(t, os.Symlink(library(), filepath.Join(folder, "libmetra.so.0")))
	output, err := childOutput(t, "search", "LD_LIBRARY_PATH="+folder)
	check(t, err)
	equal(t, output, must[string](t)(metra.Version()))
}

func TestVersionAndHotPathAreTheLibrarys(t *testing.T) {
	equal(t, must[string](t)(metra.Version()), "0.1.0")
	if path := must[string](t)(metra.HotPath()); path == "" {
		t.Error("no path")
	}
}
