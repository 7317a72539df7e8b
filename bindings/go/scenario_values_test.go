package metra_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	metra "metra.dev/bindings/go"
)

// nothing is what null stands for, of a verb that gives something.
var nothing = new(int)

// plain turns the numbers of JSON, and doubles that JSON does not have, into what both sides of a comparison share.
func plain(value any) any {
	switch v := value.(type) {
	case json.Number:
		return plainNumber(string(v))
	case float64:
		return plainDouble(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key := range v {
			object[key] = plain(v[key])
		}
		return object
	}
	return value
}

func plainNumber(text string) any {
	if !strings.ContainsAny(text, ".eE") {
		if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
			return whole
		}
	}
	double, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return plainDouble(double)
}

func plainDouble(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	}
	return value
}

// gaugeValue is a value of the table as a gauge answers it; the texts of doubles stand for them.
func gaugeValue(value any) metra.Value {
	switch v := plain(value).(type) {
	case int64:
		return metra.Int64(v)
	case float64:
		return metra.Float64(v)
	case bool:
		return metra.Bool(v)
	case string:
		switch v {
		case "NaN":
			return metra.Float64(math.NaN())
		case "Infinity":
			return metra.Float64(math.Inf(1))
		case "-Infinity":
			return metra.Float64(math.Inf(-1))
		}
		return metra.Text(v)
	}
	panic("no value of a gauge")
}

func plainValue(value metra.Value) any {
	switch value.Type {
	case metra.Float64Type:
		return value.Float64
	case metra.BoolType:
		return value.Bool
	case metra.TextType:
		return value.Text
	}
	return value.Int64
}

func plainDistribution(r metra.DistributionReading) any {
	return map[string]any{"count": r.Count, "sum": r.Sum, "min": r.Min, "max": r.Max, "mean": r.Mean}
}

func plainMeter(r metra.MeterReading) any {
	return map[string]any{"count": r.Count, "rate": r.Rate}
}

func plainHistogram(r metra.HistogramReading) any {
	return map[string]any{
		"count": r.Count, "sum": r.Sum, "window_count": r.WindowCount, "min": r.Min, "max": r.Max, "mean": r.Mean,
		"stddev": r.StdDev, "p50": r.P50, "p75": r.P75, "p95": r.P95, "p98": r.P98, "p99": r.P99, "p999": r.P999,
	}
}

func plainVariables(variables []metra.Variable) any {
	object := map[string]any{}
	for _, variable := range variables {
		object[variable.Key] = variable.Value
	}
	return object
}

func plainTexts(texts []string) any {
	list := []any{}
	for _, text := range texts {
		list = append(list, text)
	}
	return list
}

var typeNames = map[metra.MetricType]string{
	metra.CounterType:          "counter",
	metra.MonotonicCounterType: "monotonic_counter",
	metra.GaugeType:            "gauge",
	metra.DistributionType:     "distribution",
	metra.MeterType:            "meter",
	metra.HistogramType:        "histogram",
}

func plainReading(r *metra.Reading) any {
	object := map[string]any{
		"type":          typeNames[r.Metric.Type],
		"name":          r.Metric.Name,
		"identifier":    r.Metric.Identifier,
		"logical_scope": r.Metric.LogicalScope,
		"variables":     plainVariables(r.Metric.Variables),
		"value":         nil,
	}
	if !r.HasValue {
		return object
	}
	switch r.Metric.Type {
	case metra.GaugeType:
		object["value"] = plainValue(r.Gauge)
	case metra.DistributionType:
		object["value"] = plainDistribution(r.Distribution)
	case metra.MeterType:
		object["value"] = plainMeter(r.Meter)
	case metra.HistogramType:
		object["value"] = plainHistogram(r.Histogram)
	default:
		object["value"] = r.Count
	}
	return object
}
