package metra

// #include "callbacks.h"
import "C"

import (
	"runtime/cgo"
	"time"
)

// Reporter is told of metrics as they come and go, and called with their values at an interval. All of its methods run
// on a thread of its own, one after the other.
type Reporter interface {
	// Added says that a metric that the reporter's filter lets through is there from now on.
	Added(reporter ReporterInfo, metric Metric)
	// Removed says that a metric that was added is gone. Metrics that live until the registry closes are not removed.
	Removed(reporter ReporterInfo, metric Metric)
	// Report says that an interval is over, or that the registry closes.
	Report(reporter ReporterInfo, report *Report)
	// Close says that the registry closes; nothing is called for this reporter after it.
	Close(reporter ReporterInfo)
}

// ReporterInfo describes a reporter that was started.
type ReporterInfo struct {
	Name         string        // its name in the configuration
	FactoryClass string        // the class that the configuration gives it
	Delimiter    string        // what joins its identifiers: one character
	Interval     time.Duration // its configured interval; pull reporters do not use it
	Address      string        // where it listens, "127.0.0.1:9249" for instance, or empty
}

func reporterInfoOf(info *C.metra_reporter_info) ReporterInfo {
	return ReporterInfo{
		Name:         C.GoString(info.name),
		FactoryClass: C.GoString(info.factory_class),
		Delimiter:    C.GoString(info.delimiter),
		Interval:     milliseconds(uint64(info.interval_ms)),
		Address:      C.GoString(info.address),
	}
}

// milliseconds is a duration of that many, or the longest there is.
func milliseconds(n uint64) time.Duration {
	const most = uint64(1<<63-1) / uint64(time.Millisecond)
	return time.Duration(min(n, most)) * time.Millisecond
}

// AddReporter makes "metrics.reporter.<name>.factory.class: <factoryClass>" mean this reporter, for every name that the
// configuration gives this class; one of metra's own classes is replaced. It is kept until the configuration and all
// registries made after it are gone.
func (c *Config) AddReporter(factoryClass string, reporter Reporter) error {
	if c == nil || reporter == nil {
		return errNil
	}
	var in arguments
	defer in.free()
	class := in.text(factoryClass)
	if in.err != nil {
		return in.err
	}
	defer c.done()
	return failure(C.metra_go_reporter(c.use(), class, C.uintptr_t(cgo.NewHandle(reporter))))
}

//export metraGoAdded
func metraGoAdded(number C.uintptr_t, reporter *C.metra_reporter_info, metric *C.metra_metric_info) {
	defer contain()
	callback[Reporter](number).Added(reporterInfoOf(reporter), metricOf(metric))
}

//export metraGoRemoved
func metraGoRemoved(number C.uintptr_t, reporter *C.metra_reporter_info, metric *C.metra_metric_info) {
	defer contain()
	callback[Reporter](number).Removed(reporterInfoOf(reporter), metricOf(metric))
}

//export metraGoReport
func metraGoReport(number C.uintptr_t, reporter *C.metra_reporter_info, shown *C.metra_report) {
	defer contain()
	report := &Report{shown}
	defer func() { report.shown = nil }()
	callback[Reporter](number).Report(reporterInfoOf(reporter), report)
}

//export metraGoClose
func metraGoClose(number C.uintptr_t, reporter *C.metra_reporter_info) {
	defer contain()
	callback[Reporter](number).Close(reporterInfoOf(reporter))
}

// Report is one report under way. It is empty once the call of [Reporter].Report that it is passed to has returned.
type Report struct {
	shown *C.metra_report
}

// Collect shows every metric of the report with what it says, in the order of registration. Gauges are asked at each
// call. It is for the goroutine that the report was passed to, and not for use inside visit.
func (r *Report) Collect(visit func(*Reading)) {
	if r == nil || r.shown == nil || visit == nil {
		return
	}
	v := visitor{visit: visit}
	number := cgo.NewHandle(&v)
	defer number.Delete()
	C.metra_go_visit_report(r.shown, C.uintptr_t(number))
	v.caught.goOn()
}
