"""A real Prometheus that scrapes the targets it is given."""

import json
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Scraper:
    """Scrapes each of `targets`, a job's name and its address, every second."""

    def __init__(self, program, folder, targets):
        jobs = [{"job_name": name, "static_configs": [{"targets": [address]}]} for name, address in targets.items()]
        config = pathlib.Path(folder, "prometheus.yml")
        # JSON is YAML.
        config.write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}), encoding="utf-8")
        address = f"127.0.0.1:{free_port()}"
        self.api = f"http://{address}/api/v1/query?"
        self.process = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.tsdb.path={pathlib.Path(folder, 'data')}",
             f"--web.listen-address={address}", "--log.level=error"], stdout=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait(SECONDS)

    def query(self, expression):
        """The value of `expression` for each job that has one."""
        question = self.api + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(question, timeout=SECONDS) as answer:
                series = json.load(answer)["data"]["result"]
        except (urllib.error.URLError, ConnectionError):
            return {}
        return {one["metric"]["job"]: float(one["value"][1]) for one in series}

    def wait_for(self, expression, expected):
        """Queries until every job has its expected value, or time is up; gives the last answer."""
        deadline = time.monotonic() + SECONDS
        while (answer := self.query(expression)) != expected and time.monotonic() < deadline:
            time.sleep(0.2)
        return answer
