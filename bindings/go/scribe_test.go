package metra_test

import (
	"fmt"
	"strings"
	"sync"

	metra "metra.dev/bindings/go"
)

// scribe is the reporter that writes down what it is told.
type scribe struct {
	sync.Mutex
	lines map[string][]any
}

func (s *scribe) write(reporter metra.ReporterInfo, line string) {
	s.Lock()
	defer s.Unlock()
	s.lines[reporter.Name] = append(s.lines[reporter.Name], line)
}

// take gives the lines of a reporter since it was last asked.
func (s *scribe) take(reporter string) []any {
	s.Lock()
	defer s.Unlock()
	lines := append([]any{}, s.lines[reporter]...)
	delete(s.lines, reporter)
	return lines
}

func news(what string, metric metra.Metric) string {
	var line strings.Builder
	fmt.Fprintf(&line, "%s %s in %s", what, metric.Identifier, metric.LogicalScope)
	for _, variable := range metric.Variables {
		fmt.Fprintf(&line, " %s=%s", variable.Key, variable.Value)
	}
	return line.String()
}

func (s *scribe) Added(reporter metra.ReporterInfo, metric metra.Metric) {
	s.write(reporter, news("added", metric))
}

func (s *scribe) Removed(reporter metra.ReporterInfo, metric metra.Metric) {
	s.write(reporter, news("removed", metric))
}

func (s *scribe) Report(reporter metra.ReporterInfo, report *metra.Report) {
	line := "report"
	report.Collect(func(reading *metra.Reading) { line += " " + reading.Metric.Identifier })
	s.write(reporter, line)
}

func (s *scribe) Close(reporter metra.ReporterInfo) {
	s.write(reporter, "close")
}
