"""A process of the host program, and its page."""

import http.client
import os
import subprocess
import tempfile
import time

from installed import HERE

# Longer than anything here takes on a busy machine.
SECONDS = 100

# What would reach the languages from outside: the caller's choices.
FOREIGN = ("METRA_CONFIG", "METRA_LIBRARY", "LD_LIBRARY_PATH", "PYTHONHOME", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")


def page(address):
    """The samples of the page: the value of each by its name and labels."""
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        raise AssertionError(f"{answer.status}: {text}")
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))


class Host:
    """One process; a context that ends it. `settings` is what the file of METRA_CONFIG says, None for no file."""

    PAGE = "metrics.reporter.page.factory.class: prometheus\nmetrics.reporter.page.port: 0\n"
    # A busy machine may need longer than the default for a language's first answer.
    PATIENT_PAGE = PAGE + "metrics.gauge.timeout: 1 min\n"

    def __init__(self, program, installed, settings=PATIENT_PAGE, **variables):
        self.places = installed.places()
        self.errors = tempfile.TemporaryFile("w+")
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        if settings is not None:
            self.config.write(settings)
            self.config.flush()
            variables |= {"METRA_CONFIG": self.config.name}
        variables |= {"PYTHONPATH": f"{installed.site}:{HERE}", "PYTHONDONTWRITEBYTECODE": "1"}
        clean = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.process = subprocess.Popen([program], env=clean | variables, text=True, cwd=installed.folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.errors, self.config):
            file.close()

    def ask(self, *words):
        """The answer to a command."""
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer.endswith("\n"):
            raise AssertionError(f"{words} ended the process: {self.process.wait(SECONDS)}\n{self.complaints()}")
        return answer.strip()

    def do(self, *words):
        """The answer to a command that must succeed."""
        answer = self.ask(*words)
        if answer.startswith("error"):
            raise AssertionError(f"{words}: {answer}\n{self.complaints()}")
        return answer

    def start(self, *languages):
        for language in languages:
            self.do(language, "start", self.places[language])

    def join(self, *languages):
        """Each registers in the group that the one before hands it. Gives where the page is, and the group's token."""
        token = 0
        for language in languages:
            token = self.do(language, "join", token)
        return self.do(languages[0], "where"), token

    def complaints(self):
        self.errors.seek(0)
        return self.errors.read()

    def leave(self):
        """Lets main return. Gives the status, and what was complained about."""
        self.process.stdin.close()
        return self.process.wait(SECONDS), self.complaints()


def until(holds):
    """Waits for what must come to hold."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("it never came to hold")
        time.sleep(0.01)
