# SPDX-License-Identifier: MIT
"""A scripted HTTP server on a free port of 127.0.0.1. It writes raw bytes, so that a script can send
any wrong reply. It stops when its `with` block or the process ends.

    server = Server(lambda request: request.reply(b"text"))
    server.url("/name")
"""
import contextlib
import socket
import ssl
import struct
import threading


class Gone(Exception):
    """The script ends the connection."""


class Request:
    """One request, and the ways to answer it."""

    def __init__(self, server, connection, line, headers):
        self.server = server
        self.connection = connection
        self.method, self.path = (line.split(" ") + ["", ""])[:2]
        self.headers = headers
        self.number = 0  # how many requests for this path came before

    def send(self, data):
        self.connection.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def head(self, status="200 OK", *lines, version="HTTP/1.1"):
        self.send(f"{version} {status}\r\n" + "".join(line + "\r\n" for line in lines) + "\r\n")

    def reply(self, body=b"", status="200 OK", *lines):
        """Sends a correct reply."""
        self.head(status, f"Content-Length: {len(body)}", "Content-Type: text/plain", *lines)
        self.send(body)

    def range(self):
        """Returns the first byte asked for, or None."""
        value = self.headers.get("range", "")
        return int(value[6:-1]) if value.startswith("bytes=") and value.endswith("-") else None

    def serve(self, body, etag='"v1"'):
        """Replies as a good server does, with ranges."""
        start = self.range()
        if start is None or self.headers.get("if-range", etag) != etag:
            self.reply(body, "200 OK", f"ETag: {etag}")
        elif start >= len(body):
            self.reply(b"no", "416 Range Not Satisfiable", f"Content-Range: bytes */{len(body)}")
        else:
            self.reply(body[start:], "206 Partial Content", f"ETag: {etag}",
                       f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}")

    def close(self):
        raise Gone

    def reset(self):
        """Ends the connection with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def silence(self, seconds=20.0):
        """Sends nothing until the client goes or the server stops, then ends the connection."""
        self.connection.settimeout(seconds)
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass
        raise Gone

    def pause(self, seconds):
        self.server.stopping.wait(seconds)


class Server:
    """Calls `script(request)` for every request, in a thread per connection."""

    def __init__(self, script, tls=None):
        self.script = script
        self.tls = tls
        self.lock = threading.Lock()
        self.counts = {}
        self.log = []  # (path, headers)
        self.connections = 0
        self.stopping = threading.Event()
        self.open = {}  # connections, and the threads that talk there
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    def url(self, path, host="127.0.0.1"):
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def count(self, path):
        with self.lock:
            return self.counts.get(path, 0)

    def last(self, path):
        """Returns the headers of the last request for a path."""
        with self.lock:
            return [headers for at, headers in self.log if at == path][-1]

    def stop(self):
        """Ends all connections. Each thread closes its own socket: closed by another thread, the number
        could belong to another file by then."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        with contextlib.suppress(OSError):  # nothing else wakes accept() on every system
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self.acceptor.join(10)
        with self.lock:
            talking = list(self.open.values())
            for connection in self.open:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in talking:
            thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _accept(self):
        with self.listener, contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                if self.stopping.is_set():
                    connection.close()
                    return
                thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
                with self.lock:
                    self.connections += 1
                    self.open[connection] = thread
                thread.start()

    def _wrap(self, connection):
        """Begins TLS, so that stop() can end the handshake."""
        wrapped = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self.lock:
            self.open[wrapped] = self.open.pop(connection)
        return wrapped

    def _talk(self, connection):
        try:
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self._wrap(connection)
                connection.do_handshake()
            buffer = b""
            while not self.stopping.is_set():
                buffer = self._one(connection, buffer)
        except (Gone, OSError, ssl.SSLError, ValueError):
            pass
        finally:
            with self.lock:
                del self.open[connection]
                connection.close()

    def _one(self, connection, buffer):
        while b"\r\n\r\n" not in buffer:
            data = connection.recv(65536)
            if not data:
                raise Gone
            buffer += data
        head, _, rest = buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        request = Request(self, connection, lines[0], headers)
        with self.lock:
            request.number = self.counts.get(request.path, 0)
            self.counts[request.path] = request.number + 1
            self.log.append((request.path, headers))
        self.script(request)
        return rest
