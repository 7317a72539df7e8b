package metra

import (
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// uncalled are the functions of the header that Go does not call, and why.
var uncalled = map[string]string{
	"metra_last_error":                   "its text is fetched in the C call that failed: library.c",
	"metra_counter_inc":                  "Go adds to the shared cell",
	"metra_counter_dec":                  "Go adds to the shared cell",
	"metra_monotonic_counter_inc":        "Go adds to the shared cell",
	"metra_meter_mark_event":             "Go adds to the shared cell",
	"metra_group_is_python_enabled":      "it is Python's",
	"metra_registry_after_fork":          "a forked child cannot run Go: the runtime's other threads are not in it",
	"metra_group_gauge":                  "called in callbacks.c, with a trampoline",
	"metra_config_set_log":               "called in callbacks.c, with a trampoline",
	"metra_config_add_reporter":          "called in callbacks.c, with trampolines",
	"metra_registry_collect":             "called in callbacks.c, with a trampoline",
	"metra_registry_write":               "called in callbacks.c, with a trampoline",
	"metra_report_collect":               "called in callbacks.c, with a trampoline",
	"metra_group_logical_scope":          "called in callbacks.c, with a trampoline",
	"metra_group_metric_identifier_with": "called in callbacks.c, with a trampoline",
}

// matches gives what a pattern's first group finds in the files of this folder with these endings.
func matches(t *testing.T, pattern string, endings ...string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, ending := range endings {
		names, err := filepath.Glob("*" + ending)
		if err != nil || len(names) == 0 {
			t.Fatal(ending, err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, match := range regexp.MustCompile(pattern).FindAllSubmatch(content, -1) {
				found["metra_"+string(match[1])] = true
			}
		}
	}
	return found
}

func TestEveryFunctionOfTheHeaderIsCalledOrHasAReason(t *testing.T) {
	exported := matches(t, `__typeof__\(&metra_(\w+)\)`, "calls.h")
	inGo := matches(t, `C\.metra_go_(\w+)\(`, ".go")
	inC := matches(t, `metra_go_(\w+)\(`, "callbacks.c")
	var names []string
	for name := range exported {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		reason, excused := uncalled[name]
		switch {
		case excused && inGo[name]:
			t.Errorf("%s is called, and excused", name)
		case excused && strings.Contains(reason, "callbacks.c") && !inC[name]:
			t.Errorf("%s is not called in callbacks.c", name)
		case excused:
			t.Logf("%s: %s", name, reason)
		case !inGo[name]:
			t.Errorf("%s is not called", name)
		}
	}
	for name := range uncalled {
		if !exported[name] {
			t.Errorf("%s is excused, and not in the header", name)
		}
	}
}
