"""Reporters of the program's own."""

from metra._native import Report
from metra.readings import Metric, ReporterInfo


class Reporter:
    """A reporter: subclasses override what they need.

    All methods run on the reporter's own thread, in order. What they raise is reported once, by `sys.unraisablehook`.
    """

    def added(self, reporter: ReporterInfo, metric: Metric) -> None:
        """A metric that the reporter's filter lets through is there from now on."""

    def removed(self, reporter: ReporterInfo, metric: Metric) -> None:
        """A metric that was added is gone. Metrics that live until the registry closes are not removed."""

    def report(self, reporter: ReporterInfo, report: Report) -> None:
        """An interval is over, or the registry closes: `report.collect()` shows the metrics. A class that does not
        override this is only told what there is."""

    def close(self, reporter: ReporterInfo) -> None:
        """The registry closes; nothing is called for this reporter after it."""
