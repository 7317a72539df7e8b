package metra.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import metra.MetricInfo;
import metra.Report;
import metra.Reporter;
import metra.ReporterInfo;

/** A reporter that writes down what it is told, for every name of its class. */
final class Recorder implements Reporter {
    private final Map<String, List<String>> lines = new ConcurrentHashMap<>();

    /** What the reporter of this name was told since the last call. */
    List<String> take(String reporter) {
        List<String> told = lines.remove(reporter);
        return told == null ? List.of() : told;
    }

    @Override
    public void added(ReporterInfo reporter, MetricInfo metric) {
        write(reporter, news("added", metric));
    }

    @Override
    public void removed(ReporterInfo reporter, MetricInfo metric) {
        write(reporter, news("removed", metric));
    }

    @Override
    public void report(ReporterInfo reporter, Report report) {
        StringBuilder line = new StringBuilder("report");
        report.collect(reading -> line.append(' ').append(reading.metric().identifier()));
        write(reporter, line.toString());
    }

    @Override
    public void close(ReporterInfo reporter) {
        write(reporter, "close");
    }

    private static String news(String what, MetricInfo metric) {
        StringBuilder line = new StringBuilder(what);
        line.append(' ').append(metric.identifier()).append(" in ").append(metric.logicalScope());
        metric.variables().forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
        return line.toString();
    }

    private void write(ReporterInfo reporter, String line) {
        lines.computeIfAbsent(reporter.name(), name -> new ArrayList<>()).add(line);
    }
}
