"""The page under fire: whatever clients send or fail to take, answers come in time, memory stays bounded, the host goes on.

The argument is the program of tests/c/fire.c, which is started anew for every test.
"""

import os
import random
import resource
import select
import socket
import subprocess
import sys
import time
import unittest

# Longer than anything here takes on a busy machine; shorter than for ever.
SECONDS = 60
# What the host may take at its busiest beyond what it takes at rest: a piece of 64 KiB for each of the 128 clients that
# the server serves at once, and the other half of what it is written in.
BUSY_KIB = 16 * 1024
# What may stay with the host's allocator afterwards.
REST_KIB = 24 * 1024

GET = b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n"
LAST = b"GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"


def read_to_the_end(connection):
    """Everything until the other side closes; a reset is an end, too."""
    received = bytearray()
    try:
        while piece := connection.recv(1 << 16):
            received += piece
    except ConnectionResetError:
        pass
    return bytes(received)


def status(answer):
    """The number in a status line, or None for no answer."""
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 2 and words[0].startswith(b"HTTP/1.") else None


def read_answer(stream):
    """One answer of a connection that stays open: its status and its body."""
    code = status(stream.readline())
    length, is_chunked = 0, False
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        is_chunked |= name.lower() == b"transfer-encoding"
    return code, read_chunks(stream) if is_chunked else stream.read(length)


def read_chunks(stream):
    """A body that comes in chunks, the empty one that ends it included."""
    body = bytearray()
    while length := int(stream.readline(), 16):
        body += stream.read(length)
        assert stream.readline() == b"\r\n"
    assert stream.readline() == b"\r\n"
    return bytes(body)


class Fire(unittest.TestCase):
    program = None

    def setUp(self):
        self.host = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end_host)
        address, _, port = self.host.stdout.readline().strip().rpartition(":")
        self.address = (address, int(port))
        self.descriptors = self.entries("fd")
        self.exchange(LAST)
        self.at_rest = self.memory_kib()
        self.threads = self.entries("task")

    def end_host(self):
        """The host is still there, has kept nothing, counts, and closes when it is told to."""
        self.addCleanup(self.host.stdout.close)
        if self.host.poll() is not None:
            self.fail(f"the host has ended with {self.host.returncode}")
        self.assertEqual(status(self.exchange(LAST)), 200)
        counted = self.counted()
        self.wait_until(lambda: self.counted() > counted)
        self.assertEqual(self.entries("task"), self.threads)
        self.wait_until(lambda: self.entries("fd") == self.descriptors)
        self.assertLess(self.memory_kib(), self.at_rest + REST_KIB)
        self.host.stdin.close()
        self.assertEqual(self.host.wait(SECONDS), 0)

    def wait_until(self, holds):
        deadline = time.monotonic() + SECONDS
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def entries(self, what):
        return len(os.listdir(f"/proc/{self.host.pid}/{what}"))

    def memory_kib(self, what="VmRSS"):
        with open(f"/proc/{self.host.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(what + ":"))

    def counted(self):
        self.host.stdin.write("\n")
        self.host.stdin.flush()
        return int(self.host.stdout.readline())

    def assert_bounded(self):
        self.assertLess(self.memory_kib("VmHWM"), self.at_rest + BUSY_KIB)

    def connect(self):
        connection = socket.create_connection(self.address, timeout=SECONDS)
        self.addCleanup(connection.close)
        return connection

    def exchange(self, request):
        """All that comes back for these bytes. The server may answer, and close, before it has taken them all."""
        with socket.create_connection(self.address, timeout=SECONDS) as connection:
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError, OSError):
                pass
            return read_to_the_end(connection)

    def test_garbage_is_refused(self):
        noise = random.Random(1)
        for length in [1, 2, 3, 10, 100, 1000, 10000, 100000]:
            for _ in range(20):
                code = status(self.exchange(noise.randbytes(length) + b"\r\n\r\n"))
                self.assertIn(code, [None, 400, 408, 431, 501, 505])
        for request in [b"\0" * 5000, b"\r\n" * 5000, b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
                        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: 9" + b"9" * 40 + b"\r\n\r\n",
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]:
            self.assertNotEqual(status(self.exchange(request)), 200, request[:40])
        self.assert_bounded()

    def test_half_requests_run_out_of_time(self):
        connections = [self.connect() for _ in range(50)]
        for number, connection in enumerate(connections):
            connection.sendall(GET[:1 + number % (len(GET) - 1)])
        self.assertEqual(status(self.exchange(LAST)), 200)
        for connection in connections:
            self.assertIn(status(read_to_the_end(connection)), [None, 408])
        self.assert_bounded()

    def test_ten_thousand_headers_are_refused(self):
        headers = b"".join(b"X-%d: y\r\n" % number for number in range(10000))
        self.assertIn(status(self.exchange(b"GET / HTTP/1.1\r\n" + headers + b"\r\n")), [None, 431])
        few = b"".join(b"X-%d: y\r\n" % number for number in range(500))
        self.assertEqual(status(self.exchange(b"GET / HTTP/1.1\r\n" + few + b"\r\n")), 431)
        self.assert_bounded()

    def test_a_header_of_a_mebibyte_is_refused(self):
        for request in [b"GET / HTTP/1.1\r\nX: " + b"y" * (1 << 20) + b"\r\n\r\n",
                        b"GET /" + b"y" * (1 << 20) + b" HTTP/1.1\r\n\r\n",
                        b"Y" * (1 << 20)]:
            started = time.monotonic()
            self.assertIn(status(self.exchange(request)), [None, 400, 431])
            self.assertLess(time.monotonic() - started, SECONDS / 2)
        self.assert_bounded()

    def test_slow_readers_do_not_hold_up_others(self):
        slow = []
        for _ in range(100):
            connection = socket.socket()
            self.addCleanup(connection.close)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(SECONDS)
            connection.connect(self.address)
            connection.sendall(GET * 20)
            slow.append(connection)
        for _ in range(20):
            started = time.monotonic()
            self.assertEqual(status(self.exchange(LAST)), 200)
            self.assertLess(time.monotonic() - started, SECONDS / 2)
        self.assert_bounded()
        for connection in slow:
            connection.close()

    def test_a_thousand_connections_are_answered_or_refused(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        waiting = {}
        for _ in range(1000):
            connection = self.connect()
            connection.sendall(b"HEAD / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            waiting[connection.fileno()] = connection
        codes = {}
        for connection in waiting.values():
            code = status(read_to_the_end(connection))
            codes[code] = codes.get(code, 0) + 1
        self.assertLessEqual(codes.keys(), {200, 503, None})
        self.assertGreater(codes.get(200, 0), 100)
        self.assert_bounded()

    def test_a_thousand_idle_connections_leave_room_for_one_that_asks(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        idle = [self.connect() for _ in range(1000)]
        self.wait_until(lambda: status(self.exchange(LAST)) == 200)
        self.assertLess(self.entries("fd"), self.descriptors + 250)
        self.assert_bounded()
        for connection in idle:
            connection.close()

    def test_every_method_is_answered(self):
        for method in [b"GET", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"PROPFIND", b"get", b"X" * 50]:
            answer = self.exchange(method + b" / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            self.assertIn(status(answer), [200, 405, 501], method)
        answer = self.exchange(b"HEAD / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        self.assertEqual(status(answer), 200)
        self.assertTrue(answer.endswith(b"\r\n\r\n"))
        self.assertNotEqual(status(self.exchange(b"CONNECT a:1 HTTP/1.1\r\nHost: test\r\n\r\n")), None)

    def test_pipelined_requests_are_answered_in_order(self):
        connection = self.connect()
        connection.sendall(b"".join(b"GET /?name%%5B%%5D=app_counter_with_a_name_of_ordinary_length_%d HTTP/1.1\r\nHost: test\r\n\r\n"
                                    % number for number in range(200)))
        with connection.makefile("rb") as stream:
            for number in range(200):
                code, body = read_answer(stream)
                self.assertEqual(code, 200)
                self.assertIn(b"ordinary_length_%d 0\n" % number, body)

    def test_a_connection_is_kept_for_the_next_request(self):
        connection = self.connect()
        with connection.makefile("rb") as stream:
            for _ in range(100):
                connection.sendall(GET)
                code, body = read_answer(stream)
                self.assertEqual(code, 200)
                self.assertIn(b"app_gauge 1\n", body)
        self.assertEqual(select.select([connection], [], [], 0)[0], [])

    def test_clients_that_vanish_are_forgotten(self):
        for _ in range(200):
            connection = self.connect()
            connection.sendall(GET * 5)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
        self.assert_bounded()

    def test_all_at_once_leaves_the_host_undisturbed(self):
        noise, before = random.Random(2), self.counted()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            connection = self.connect()
            kind = noise.randrange(4)
            connection.sendall([noise.randbytes(500), GET[:20], GET * 3, LAST][kind])
            if kind == 3:
                self.assertIn(status(read_to_the_end(connection)), [200, 503, None])
            if kind != 1:
                connection.close()
        self.wait_until(lambda: self.counted() > before)
        self.assert_bounded()


if __name__ == "__main__":
    Fire.program = sys.argv.pop()
    unittest.main()
