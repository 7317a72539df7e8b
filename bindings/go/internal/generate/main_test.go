package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const binding = "../.."

// The header of the library, which a module that was fetched alone does not have.
const header = "../../../../include/metra.h"

func TestGeneratedFilesAreThoseOfTheHeader(t *testing.T) {
	source := header
	if _, err := os.Stat(source); err != nil {
		source = filepath.Join(binding, "metra.h")
	}
	files, err := generate(source)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(binding, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not that of the header: go generate", name)
		}
	}
}

func TestDeclarationsAreWhatTheHeaderExports(t *testing.T) {
	found, err := declarations(`
#define MACRO(x) \
    int metra_macro(int x);
// int metra_comment(void);
typedef struct metra_thing { int (*metra_member)(void); } metra_thing;
typedef int (*metra_type)(void *userdata);
static inline int metra_inline(int x) { if (x) { x = metra_one(x, NULL); } return x; }
extern "C" {
METRA_NODISCARD enum metra_status metra_one(int a,
    const char *b);
const char *metra_two(void);
METRA_NOTHROW void metra_three(struct metra_thing *t);
}`)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, f.signature()+": "+f.statement())
	}
	want := `metra_go_result metra_go_one(int a, const char *b): return metra_go_result_of(metra_go_functions.metra_one(a, b));
const char *metra_go_two(void): return metra_go_functions.metra_two();
void metra_go_three(struct metra_thing *t): metra_go_functions.metra_three(t);`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHeaderThatIsNotUnderstoodIsAnError(t *testing.T) {
	for _, source := range []string{"// nothing", "int (*metra_odd(void))(int);", "unsigned long long metra_odd(void);"} {
		if found, err := declarations(source); err == nil {
			t.Error(source, found)
		}
	}
}
