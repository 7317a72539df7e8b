"""The examples and the demo do what they say. The argument is the folder of the compiled programs."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

SECONDS = 60


class Examples(unittest.TestCase):
    programs = None

    def run_program(self, name, *arguments):
        command = [self.programs / name, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_counter(self):
        output = self.run_program("example_counter")
        self.assertTrue(output.startswith("shop.region.eu.orders is 3\n"), output)
        self.assertIn('shop_region_orders{region="eu"} 3\n', output)

    def test_gauge(self):
        self.assertEqual(self.run_program("example_gauge"), "app.queueLength = 17\napp.state = running\n")

    def test_reporter(self):
        output = self.run_program("example_reporter")
        self.assertIn("often: there is app.events now\n", output)
        self.assertIn("often reports:\n  app.events = 42\n", output)
        self.assertNotIn("quiet: ", output)

    def test_server(self):
        command = [self.programs / "example_server", "2"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            address = server.stdout.readline().strip()
            for requests in (1, 2):
                with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                    self.assertIn(f"\nserver_requests_total {requests}\n", answer.read().decode())
            self.assertEqual(server.wait(SECONDS), 0)

    def test_demo_counts_what_is_there_and_shows_the_page(self):
        with tempfile.TemporaryDirectory() as folder:
            first, second = pathlib.Path(folder, "first.txt"), pathlib.Path(folder, "second.txt")
            first.write_text("one two\n\n  three\t \n", encoding="utf-8")
            second.write_text("\nμέτρα\nlast line", encoding="utf-8")
            output = self.run_program("demo", "--seconds", "0.2", first, second)
        scope = "localhost.taskmanager.demo.text.count.0"
        for identifier, value in {"kind.blank.lines": "2", "kind.text.lines": "4", "words": "6"}.items():
            shown = re.findall(rf"^  {re.escape(scope)}\.{re.escape(identifier)} +(\S+)$", output, flags=re.MULTILINE)
            self.assertEqual(shown[-1], value, output)
        page = output.split("\nGET http://127.0.0.1:")[1]
        self.assertRegex(page, r'\nflink_taskmanager_job_task_operator_kind_lines\{[^}]*kind="blank"[^}]*\} 2\n')
        self.assertRegex(page, r"\nflink_taskmanager_job_task_operator_words\{[^}]*\} 6\n")
        self.assertRegex(page, r'longestWord_info\{[^}]*value="μέτρα"\} 1\n')

    def test_demo_serves_until_it_is_interrupted(self):
        command = [self.programs / "demo", "--serve", "--seconds", "0.1", __file__]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            address = re.search(r"http://\S+", demo.stdout.readline()).group()
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                self.assertIn("flink_taskmanager_job_task_operator_words{", answer.read().decode())
            demo.terminate()
            demo.communicate(timeout=SECONDS)
            self.assertEqual(demo.returncode, 0)


if __name__ == "__main__":
    Examples.programs = pathlib.Path(sys.argv.pop())
    unittest.main()
