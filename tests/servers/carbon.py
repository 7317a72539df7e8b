"""Graphite's carbon, which keeps values in whisper files."""

import hashlib
import json
import pathlib
import re
import socket
import subprocess

from process import SECONDS, Server, free_port

CONFIG = """
[cache]
STORAGE_DIR = {folder}
LOCAL_DATA_DIR = {folder}/whisper
CONF_DIR = {folder}
LOG_DIR = {folder}
PID_DIR = {folder}
MAX_UPDATES_PER_SECOND = inf
MAX_CREATES_PER_MINUTE = inf
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {port}
ENABLE_UDP_LISTENER = True
UDP_RECEIVER_INTERFACE = 127.0.0.1
UDP_RECEIVER_PORT = {port}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {query_port}
# The index of tags is another server's; the series themselves are here.
ENABLE_TAGS = False
LOG_CREATES = True
CARBON_METRIC_INTERVAL = 0
"""

# What the program itself has installed reads its files: all paths with their newest values, but for files that are only
# being made.
READ = """
import json, os, struct, sys, whisper
values = {}
for folder, _, files in os.walk("."):
    for file in files:
        path = os.path.join(folder, file)
        try:
            _, points = whisper.fetch(path, 0)
        except (whisper.WhisperException, struct.error, OSError):
            continue
        known = [point for point in points if point is not None]
        if known:
            values[path[2:-4]] = known[-1]
json.dump(values, sys.stdout)
"""


class Carbon(Server):
    """Takes lines at `port`, by TCP and by UDP."""

    def __init__(self, test, program):
        self.port = free_port()
        super().__init__(test, program)

    def command(self):
        (self.folder / "whisper").mkdir()
        (self.folder / "carbon.conf").write_text(
            CONFIG.format(folder=self.folder, port=self.port, query_port=free_port()))
        (self.folder / "storage-schemas.conf").write_text("[all]\npattern = .*\nretentions = 1s:10m\n")
        return [self.program, f"--config={self.folder / 'carbon.conf'}", "--nodaemon", "start"]

    def is_ready(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), SECONDS).close()
        except ConnectionRefusedError:
            return False
        return True

    def last(self):
        """The newest value of each series: "a.b.c", or "a.b;tag=value" where it has tags."""
        found = subprocess.run([python_of(self.program), "-c", READ], cwd=self.folder / "whisper",
                               capture_output=True, text=True, check=True, timeout=SECONDS)
        # Files of series with tags are named after a hash, which only the log has the name for.
        names = re.findall(r"creating database metric (.*) \(archive=", self.log())
        hashes = {hashlib.sha256(name.encode()).hexdigest(): name for name in names}
        return {hashes.get(path.rpartition("/")[2], path.replace("/", ".")): value
                for path, value in json.loads(found.stdout).items()}

    def complaints(self):
        """What it says of lines that it could not take."""
        return [line for line in self.log().splitlines() if "invalid line" in line or "Error" in line]


def python_of(script):
    return pathlib.Path(script).read_text().splitlines()[0].removeprefix("#!").strip()
