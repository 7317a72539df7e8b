"""The program emit: what it counts, and how it is led."""

import json
import subprocess
import tempfile

from process import SECONDS, settle

# Metrics of one number each, in both places: what they have come to when the program ends.
NUMBERS = {
    "orders": 1012,
    "stock": 52,
    "balance": -7,
    "queue": 3,
    "debt": -3,
    "largest": 2**63 - 1,
    "share": 0.1,
    "temperature": -12.5,
    "turnover": 12345678.9,
    "tiny": 1e-7,
}
COUNTERS = ["orders", "stock", "balance"]
# As doubles, for systems that have nothing else.
DOUBLES = {name: float(number) for name, number in NUMBERS.items()}
TRUTHS = {"open": True, "shut": False}
STATE = 'ready, "set" = \\μ'
VISITS = {"count": 300, "rate": 5.0}
MEASURES = {
    "basket": {"count": 3, "sum": 30, "min": -5, "max": 25, "mean": 10.0},
    "visits": VISITS,
    "latency": {"count": 100, "min": 1, "max": 100, "mean": 50.5, "p50": 50.5, "p75": 75.75, "p999": 100.0},
}

# register_odd_texts in emit.c: as the value of the variable `customer` with 100 and the place here in `seen`, and as a
# counter's name with 200 and the place.
ODD = ["a b,c=d:e\"f", "ends in \\", "two\nlines", "x:1|g\ny:2|c|#z:3,w", ";~t=u", "{k=\"v\"}/#@%", " blank ", "tab\tand\r",
       "μέτρα 😀"]

OPERATOR = {"host": "worker.one", "tm_id": "tm 7", "job_id": "0b", "job_name": "Word, count", "task_id": "7a",
            "task_name": 'Source: words -> "split"', "task_attempt_id": "e1_7a_3_0", "task_attempt_num": "0",
            "subtask_index": "3", "operator_id": "9c", "operator_name": "sum=\\"}
SHOP = {"zone": "b"}

# What metra says of a reporter.
OWN = ["reports", "failedReports", "metrics", "failedMetrics", "droppedMetrics", "bytes"]


class Emit:
    """The program, with reporters of these keys; it ends with the test class it was started for."""

    def __init__(self, test, program, **reporters):
        settings = {"metrics": {"reporter": reporters}}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
            # JSON is YAML.
            json.dump(settings, config)
            config.flush()
            self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")
            test.addClassCleanup(self.errors.close)
            self.process = subprocess.Popen([program, config.name], text=True, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=self.errors)
            test.addClassCleanup(self.stop)
            self.expect("ready")

    def live(self, *systems):
        """A life: once rates are known it sells something, waits for it to arrive, sells again, and ends at once.

        Each system says of the shop what `rate()` of visits it knows and how many `orders()`.
        """
        for system in systems:
            self.wait_for(system.rate, VISITS["rate"])
        self.increase(5)
        for system in systems:
            self.wait_for(system.orders, 1005)
        self.increase(7)
        self.quit()

    def wait_for(self, ask, expected):
        # Rates take ten seconds.
        answer = settle(ask, expected, pause=0.5)
        if answer != expected:
            raise AssertionError(f"the server says {answer} instead of {expected}\n{self.log()}")

    def expect(self, line):
        answer = self.process.stdout.readline().strip()
        if answer != line:
            raise AssertionError(f"{answer!r} instead of {line!r}\n{self.log()}")

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def increase(self, n):
        self.tell(f"inc {n}")
        self.expect("increased")

    def quit(self):
        """Closes the registry, which must go well."""
        self.tell("quit")
        self.expect("METRA_OK")
        if self.process.wait(SECONDS) != 0:
            raise AssertionError(f"ended with {self.process.returncode}\n{self.log()}")

    def complaints(self):
        """What metra logged as an error or a warning."""
        return [line for line in self.log().splitlines() if not line.startswith("INFO ")]

    def log(self):
        self.errors.seek(0)
        return self.errors.read()

    def stop(self):
        self.process.kill()
        self.process.communicate()


def check_own(test, own, dropped=0):
    """Checks what metra said of reports that all arrived, with so many values in each that the system has no words for."""
    test.assertGreater(own["reports"], 3)
    test.assertEqual((own["failedReports"], own["failedMetrics"]), (0, 0))
    # The first report may have come before everything was registered.
    test.assertLessEqual(own["droppedMetrics"], dropped * own["reports"])
    test.assertGreaterEqual(own["droppedMetrics"], dropped * (own["reports"] - 1))
    test.assertGreater(own["metrics"], len(NUMBERS) * own["reports"])
    test.assertGreater(own["bytes"], own["metrics"])


def check_requests(test, own, requests):
    """Checks what metra said of reports of one request each. The last one cannot say anything of itself."""
    *said, _ = requests
    test.assertEqual((own["reports"], own["bytes"]), (len(said), sum(len(request.body) for request in said)))
