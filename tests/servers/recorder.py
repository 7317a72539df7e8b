"""A server that keeps what it is sent, for protocols whose servers are not to be had."""

import gzip
import http.server
import threading


class Request:
    def __init__(self, method, path, fields, body):
        self.method = method
        self.path = path
        self.fields = fields
        self.body = gzip.decompress(body) if fields["Content-Encoding"] == "gzip" else body


class Recorder:
    """Answers each POST with `status` and what `reply` makes of the request: a content type and a body."""

    def __init__(self, test, status, reply):
        self.requests = []
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = Request(self.command, self.path, self.headers, body)
                recorder.requests.append(request)
                content_type, answer = reply(request)
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        for end in thread.join, server.server_close, server.shutdown:
            test.addClassCleanup(end)
        self.url = f"http://127.0.0.1:{server.server_port}"
