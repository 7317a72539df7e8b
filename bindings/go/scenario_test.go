package metra_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	metra "metra.dev/bindings/go"
)

// The scenarios that every language plays; what they mean is said beside them, in SCENARIOS.md.
const scenarios = "../../tests/vectors/scenarios.json"

type scenarioTable struct {
	Scenarios     []scenario `json:"scenarios"`
	ScenarioCount int        `json:"scenario_count"`
	StepCount     int        `json:"step_count"`
}

type scenario struct {
	Name   string            `json:"name"`
	Config map[string]string `json:"config"`
	Error  string            `json:"error"`
	Says   string            `json:"says"`
	Steps  []map[string]any  `json:"steps"`
}

func TestEveryScenarioGoesAsTheTableSays(t *testing.T) {
	table := readScenarios(t)
	begun, steps := 0, 0
	for _, s := range table.Scenarios {
		begun++
		t.Run(s.Name, func(t *testing.T) { steps += s.play(t) })
	}
	fmt.Printf("%d scenarios, %d steps\n", begun, steps)
	if begun != table.ScenarioCount || steps != table.StepCount {
		t.Errorf("the table counts %d and %d", table.ScenarioCount, table.StepCount)
	}
}

func readScenarios(t *testing.T) scenarioTable {
	t.Helper()
	path := scenarios
	if other := os.Getenv("METRA_TEST_SCENARIOS"); other != "" {
		path = other
	}
	source := must[[]byte](t)(os.ReadFile(path))
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	var table scenarioTable
	check(t, decoder.Decode(&table))
	return table
}

// play plays a scenario to its end or its first mistake, and gives the number of steps begun.
func (s scenario) play(t *testing.T) (begun int) {
	stage, err := newStage(s.Config)
	if mistake := compareError(err, s.Error, s.Says); mistake != nil {
		t.Fatal(mistake)
	}
	if err != nil {
		return 0
	}
	defer func() { _ = stage.registry.Close() }()
	for _, fields := range s.Steps {
		begun++
		if mistake := stage.playStep(&step{fields: fields, read: map[string]bool{}}); mistake != nil {
			t.Errorf("step %d, %v: %v", begun, fields, mistake)
			break
		}
	}
	return begun
}

// compareError tells how a failure differs from the status and the part of its text that are wanted.
func compareError(err error, status, says string) error {
	if status == "" {
		return err
	}
	var failure *metra.Error
	switch {
	case err == nil:
		return fmt.Errorf("succeeded, wanted %s", status)
	case !errors.As(err, &failure):
		return fmt.Errorf("%T: %w", err, err)
	case failure.Status.Error() != status || !strings.Contains(failure.Text, says):
		return fmt.Errorf("%s: %w, wanted %s saying %q", failure.Status.Error(), err, status, says)
	}
	return nil
}

// step is one step; every field of it must be read.
type step struct {
	fields map[string]any
	read   map[string]bool
	err    error
}

func (s *step) has(field string) bool {
	_, there := s.fields[field]
	return there
}

func (s *step) get(field string) any {
	s.read[field] = true
	return s.fields[field]
}

func (s *step) text(field string) string {
	text, ok := s.get(field).(string)
	if !ok && s.has(field) {
		s.err = fmt.Errorf("%s is no text", field)
	}
	return text
}

// number is zero where the field is not there.
func (s *step) number(field string) int64 {
	if !s.has(field) {
		return 0
	}
	number, ok := plain(s.get(field)).(int64)
	if !ok {
		s.err = fmt.Errorf("%s is no whole number", field)
	}
	return number
}

func (s *step) list(field string) []any {
	list, _ := s.get(field).([]any)
	return list
}

// variables are in the order of their keys: that of the table does not matter.
func (s *step) variables(field string) []metra.Variable {
	object, _ := s.get(field).(map[string]any)
	var found []metra.Variable
	for key, value := range object {
		found = append(found, metra.Variable{Key: key, Value: value.(string)})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Key < found[j].Key })
	return found
}

func (s *step) unread() []string {
	var names []string
	for name := range s.fields {
		if !s.read[name] {
			names = append(names, name)
		}
	}
	return names
}
