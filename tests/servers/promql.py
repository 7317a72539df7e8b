"""PromQL, and the two servers here that answer it: Prometheus and VictoriaMetrics."""

import json
import urllib.parse

from process import Server, fetch, free_port, responds


class PromQL(Server):
    """A server with Prometheus' HTTP API at `self.url`."""

    def api(self, path, **parameters):
        return json.loads(fetch(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"))["data"]

    def series(self, expression):
        """The series that an expression gives: labels and value of each."""
        return [(one["metric"], float(one["value"][1])) for one in self.api("query", query=expression)["result"]]

    def values(self, expression):
        return [value for _, value in self.series(expression)]

    def labels(self, expression, *names):
        """The labels of the one series that an expression gives, all or those named."""
        [(labels, _)] = self.series(expression)
        return {name: labels.get(name) for name in names} if names else labels

    def types(self):
        """The type of each metric that has one."""
        return {name: metadata[0]["type"] for name, metadata in self.api("metadata").items()}


class Prometheus(PromQL):
    """Scrapes addresses, whose labels it leaves as they are."""

    def __init__(self, test, program, *addresses):
        self.addresses = addresses
        self.url = f"http://127.0.0.1:{free_port()}"
        super().__init__(test, program)

    def command(self):
        # JSON is YAML.
        job = {"job_name": "gateway", "honor_labels": True, "static_configs": [{"targets": self.addresses}]}
        config = self.folder / "prometheus.yml"
        config.write_text(json.dumps({"global": {"scrape_interval": "200ms"}, "scrape_configs": [job]}))
        return [self.program, f"--config.file={config}", f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address={self.url.removeprefix('http://')}", "--log.level=error"]

    def is_ready(self):
        return responds(f"{self.url}/-/ready")


class VictoriaMetrics(PromQL):
    """Takes OTLP, InfluxDB's lines, Datadog's requests, and at `graphite_port` Graphite's lines."""

    def __init__(self, test, program):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.graphite_port = free_port()
        super().__init__(test, program)

    def command(self):
        return [self.program, f"-storageDataPath={self.folder / 'data'}", "-retentionPeriod=1d",
                f"-httpListenAddr={self.url.removeprefix('http://')}",
                f"-graphiteListenAddr=127.0.0.1:{self.graphite_port}",
                # Answers are about now, not about half a minute ago.
                "-search.latencyOffset=0s", "-search.disableCache", "-memory.allowedBytes=256MB", "-loggerLevel=WARN"]

    def is_ready(self):
        return responds(f"{self.url}/health")

    def api(self, path, **parameters):
        # What was taken is found from the next flush on.
        fetch(f"{self.url}/internal/force_flush")
        return super().api(path, **parameters)
