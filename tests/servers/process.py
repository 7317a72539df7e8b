"""Programs that run for one test, and waiting for what they come to."""

import base64
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# Longer than anything here takes on a busy machine.
SECONDS = 60


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def send(port, data, kind=socket.SOCK_STREAM):
    """Sends bytes by TCP or, with SOCK_DGRAM, as one datagram."""
    with socket.socket(type=kind) as connection:
        connection.connect(("127.0.0.1", port))
        connection.sendall(data)


def fetch(url, body=None, trust=None, **fields):
    """The answer to a GET, or to a POST if there is a body; `trust` is an SSL context."""
    request = urllib.request.Request(url, data=body, headers=fields)
    with urllib.request.urlopen(request, timeout=SECONDS, context=trust) as answer:
        return answer.read()


def basic(user, password):
    """Credentials as Authorization has them."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def responds(url, trust=None, **fields):
    try:
        fetch(url, trust=trust, **fields)
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def settle(ask, expected, pause=0.1):
    """Asks until the answer is as expected, or time is up; gives the last answer."""
    deadline = time.monotonic() + SECONDS
    while (answer := ask()) != expected and time.monotonic() < deadline:
        time.sleep(pause)
    return answer


class Server:
    """A program in a folder of its own, which ends with the test class it was started for."""

    def __init__(self, test, program):
        folder = tempfile.TemporaryDirectory()
        test.addClassCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.program = program
        self.output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        test.addClassCleanup(self.output.close)
        self.process = subprocess.Popen(self.command(), cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=subprocess.STDOUT)
        test.addClassCleanup(self.stop)
        if not settle(lambda: self.process.poll() is not None or self.is_ready(), True) or self.process.poll() is not None:
            raise AssertionError(f"{self.process.args} did not start:\n{self.log()}")

    def command(self):
        """Writes what the program needs into its folder; how it is started."""
        raise NotImplementedError

    def is_ready(self):
        raise NotImplementedError

    def log(self):
        self.output.seek(0)
        return self.output.read()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
