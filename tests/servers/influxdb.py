"""InfluxDB 1.x, with a database and a user who may write to it."""

import json
import urllib.parse

from process import Server, basic, fetch, free_port, responds

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "{address}"
auth-enabled = true
log-enabled = false
[continuous_queries]
enabled = false
"""

ADMIN, PASSWORD = "admin", "root"


class InfluxDB(Server):
    DATABASE = "metra"
    USER, USER_PASSWORD = "writer", "p:ä \"word\""

    def __init__(self, test, program):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(test, program)
        self.ask(f"CREATE USER {ADMIN} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        self.ask(f"CREATE DATABASE {self.DATABASE}")
        self.ask(f"CREATE RETENTION POLICY week ON {self.DATABASE} DURATION 1w REPLICATION 1")
        self.ask(f"CREATE USER {self.USER} WITH PASSWORD '{self.USER_PASSWORD}'")
        self.ask(f"GRANT WRITE ON {self.DATABASE} TO {self.USER}")

    def command(self):
        config = self.folder / "influxdb.conf"
        config.write_text(CONFIG.format(folder=self.folder, address=f"127.0.0.1:{self.port}"))
        return [self.program, "-config", config]

    def is_ready(self):
        return responds(f"{self.url}/ping")

    def write(self, lines, user=USER, password=USER_PASSWORD):
        """Writes lines as a client would; raises urllib.error.HTTPError with what the server has against them."""
        fetch(f"{self.url}/write?db={self.DATABASE}", lines.encode(), Authorization=basic(user, password))

    def ask(self, query):
        """The series that an InfluxQL query gives."""
        parameters = urllib.parse.urlencode({"db": self.DATABASE, "q": query, "epoch": "ns"})
        answer = fetch(f"{self.url}/query", parameters.encode(), Authorization=basic(ADMIN, PASSWORD))
        [result] = json.loads(answer)["results"]
        if "error" in result:
            raise AssertionError(f"{query}: {result['error']}")
        return result.get("series", [])

    def last(self, measurement, policy="autogen", **tags):
        """The newest point's fields of each series of a measurement that has these tags; each with all its tags."""
        where = " AND ".join(f"{quoted(name)} = '{escaped(value)}'" for name, value in tags.items())
        source = f"{quoted(policy)}.{quoted(measurement)}" + (f" WHERE {where}" if where else "")
        series = self.ask(f"SELECT * FROM {source} GROUP BY * ORDER BY time DESC LIMIT 1")
        return [(one.get("tags", {}), {name: value for name, value in zip(one["columns"], one["values"][0])
                                       if name != "time" and value is not None}) for one in series]

    def fields(self, measurement):
        """The type of each field: float, integer, string or boolean."""
        series = self.ask(f"SHOW FIELD KEYS FROM {quoted(measurement)}")
        return {name: kind for one in series for name, kind in one["values"]}


def quoted(identifier):
    return '"' + identifier.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escaped(text):
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
