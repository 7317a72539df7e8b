"""The statsd daemon, asked through its management port."""

import json
import socket
import subprocess

from process import SECONDS, Server, free_port

# Makes JSON of JavaScript's notation, line by line.
READ = """
require("readline").createInterface({input: process.stdin}).on("line", line =>
    console.log(JSON.stringify(eval("(" + JSON.parse(line) + ")"))));
"""


class StatsD(Server):
    """`program` is Node.js, `package` the folder of the daemon."""

    def __init__(self, test, program, package):
        self.package = package
        self.port = free_port(socket.SOCK_DGRAM)
        self.management_port = free_port()
        super().__init__(test, program)
        self.reader = subprocess.Popen([program, "-e", READ], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       encoding="utf-8")
        test.addClassCleanup(self.reader.communicate)

    def command(self):
        config = self.folder / "config.js"
        # Names stay as they arrive, and nothing is forgotten: a flush would begin counters anew.
        settings = {"address": "127.0.0.1", "port": self.port, "mgmt_address": "127.0.0.1",
                    "mgmt_port": self.management_port, "backends": [], "flushInterval": 24 * 3600 * 1000,
                    "keyNameSanitize": False}
        config.write_text(json.dumps(settings))
        return [self.program, self.package / "stats.js", config]

    def is_ready(self):
        try:
            return "health: up" in self.command_answer("health", "\n")
        except ConnectionRefusedError:
            return False

    def command_answer(self, command, end="END\n\n"):
        with socket.create_connection(("127.0.0.1", self.management_port), SECONDS) as connection:
            connection.sendall(command.encode() + b"\n")
            answer = ""
            with connection.makefile(encoding="utf-8", newline="") as lines:
                while not answer.endswith(end) and (line := lines.readline()):
                    answer += line
        return answer.removesuffix(end)

    def values(self, kind):
        """All values of "gauges", "counters" or "timers" by name. All numbers are doubles there."""
        self.reader.stdin.write(json.dumps(self.command_answer(kind)) + "\n")
        self.reader.stdin.flush()
        values = json.loads(self.reader.stdout.readline(), parse_int=float)
        return {name: value for name, value in values.items() if not name.startswith("statsd.")}

    def complaints(self):
        """Lines that it could not read."""
        return [line for line in self.log().splitlines() if "Bad line" in line]
