# SPDX-License-Identifier: MIT
"""Real servers and proxies: nginx, tinyproxy, squid. calib works with their replies as well as with
those of the scripted server."""
import os
import shutil
import socket
import subprocess
import tempfile
import time

import calib
import certificates
import helper
import tap
from server import Server

TEXT = b"".join(b"%05d of a text that a real server has\n" % i for i in range(20000))
OTHER = TEXT.replace(b"has", b"had")
CA = certificates.authority("authority")
GOOD = certificates.certificate("good", "authority")
folder = tempfile.TemporaryDirectory(prefix="calib-peers-")
# Workers that give up root must still reach the files.
os.chmod(folder.name, 0o755)
LIMITS = dict(max_tries=1, connect_timeout_ms=3000, stall_timeout_ms=3000, ca_file=CA)
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def path(*names):
    return os.path.join(folder.name, *names)


def write(name, data):
    with open(path(name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path(name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Program:
    """A server program, until the end of the with block."""

    def __init__(self, port, *command):
        program = shutil.which(command[0], path=PATH)
        if not program:
            raise tap.Skip(f"{command[0]} is not installed")
        self.port = port
        self.log = open(path(os.path.basename(program) + ".out"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([program, *command[1:]], stdout=self.log,
                                        stderr=subprocess.STDOUT)

    def __enter__(self):
        for _ in range(200):
            if answers(self.port):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__()
        self.log.seek(0)
        raise AssertionError(f"it does not start: {self.log.read()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def nginx():
    port, tls_port = free_port(), free_port()
    os.makedirs(path("www"), exist_ok=True)
    write("www/text.txt", TEXT)
    write("www/page.html", b"<html></html>")
    configuration = write("nginx.conf", f"""
        daemon off; pid {path('nginx.pid')}; error_log {path('nginx.error')}; worker_processes 1;
        {"user root;" if os.geteuid() == 0 else ""}
        events {{ worker_connections 64; }}
        http {{
            access_log {path('nginx.access')}; types {{ text/plain txt; text/html html; }}
            client_body_temp_path {path('t1')}; proxy_temp_path {path('t2')};
            fastcgi_temp_path {path('t3')}; uwsgi_temp_path {path('t4')}; scgi_temp_path {path('t5')};
            gzip on; gzip_types text/plain; gzip_min_length 1; gzip_static off;
            server {{
                listen 127.0.0.1:{port}; listen 127.0.0.1:{tls_port} ssl; root {path('www')};
                ssl_certificate {certificates.path('good.pem')};
                ssl_certificate_key {certificates.path('good.key')};
                location /away {{ return 302 /text.txt; }}
                location /slow {{ limit_rate 500k; alias {path('www')}/; }}
                location /forbidden {{ deny all; }}
                location /forced {{ gzip off; add_header Content-Encoding gzip; alias {path('www')}/; }}
            }}
        }}""")
    return Program(port, "nginx", "-p", folder.name, "-e", path("nginx.error"), "-c",
                   configuration), port, tls_port


def expect(outcome, status):
    helper.expect(outcome, status)
    if status == "OK":
        tap.holds(outcome.text() == TEXT, "the text is wrong")
    return outcome


class Cache(helper.Cache):
    def fetch(self, url, **fields):
        return helper.fetch(url, self.path, **{**LIMITS, **fields})


@tap.test("nginx: cold, warm, over TLS, by a redirect, with gzip that is not wanted")
def _():
    program, port, tls_port = nginx()
    with program:
        for url in (f"http://127.0.0.1:{port}/text.txt", f"https://127.0.0.1:{tls_port}/text.txt",
                    f"http://127.0.0.1:{port}/away", f"https://localhost:{tls_port}/away"):
            with Cache() as cache:
                expect(cache.fetch(url), "OK")
                expect(cache.fetch(url, offline=calib.OFFLINE_ON), "OK")


@tap.test("nginx: its errors are errors")
def _():
    program, port, tls_port = nginx()
    with program, Cache() as cache:
        for name, http in (("missing", 404), ("forbidden/text.txt", 403)):
            outcome = expect(cache.fetch(f"http://127.0.0.1:{port}/{name}"), "E_HTTP")
            tap.equal(outcome.http_status, http)
        expect(cache.fetch(f"http://127.0.0.1:{port}/page.html"), "E_HTTP")
        expect(cache.fetch(f"http://127.0.0.1:{port}/forced/text.txt"), "E_HTTP")
        expect(cache.fetch(f"http://127.0.0.1:{tls_port}/text.txt"), "E_HTTP")
        expect(cache.fetch(f"https://127.0.0.1:{port}/text.txt"), "E_TLS")
        expect(cache.fetch(f"http://127.0.0.1:{port}/text.txt", max_download_bytes=1000), "E_SIZE")


def cancel_half_way(cache, url):
    """Cancels when a part of the text has arrived. Returns its size."""
    seen = [0]

    def progress(stage, done, total):
        seen[0] = max(seen[0], done) if stage == 1 else seen[0]
        return stage == 1 and total and done > 100000
    expect(cache.fetch(url, progress=progress), "E_CANCELLED")
    tap.holds(100000 < seen[0] < len(TEXT), f"{seen[0]} bytes were there")
    return seen[0]


@tap.test("nginx: what was broken off is gone on with by a range")
def _():
    program, port, _ = nginx()
    with program, Cache() as cache:
        url = f"http://127.0.0.1:{port}/slow/text.txt"
        cancel_half_way(cache, url)
        tap.holds(any(name.endswith(".part") for name in helper.files(cache.path)), "no part is left")
        expect(cache.fetch(url), "OK")
        with open(path("nginx.access"), encoding="utf-8") as log:
            tap.holds('" 206 ' in log.read(), "no range was served")


@tap.test("nginx: a text that changed meanwhile is not spliced")
def _():
    program, port, _ = nginx()
    with program, Cache() as cache:
        url = f"http://127.0.0.1:{port}/slow/text.txt"
        cancel_half_way(cache, url)
        later = os.stat(write("www/text.txt", OTHER)).st_mtime + 2
        os.utime(path("www", "text.txt"), (later, later))  # its ETag is made of the size and a time in seconds
        outcome = cache.fetch(url)
        tap.equal(outcome.status, "OK")
        tap.holds(outcome.text() == OTHER, "two texts were spliced")


def tinyproxy(**more):
    port = free_port()
    lines = [f"Port {port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 30", "MaxClients 20",
             f'LogFile "{path("tinyproxy.log")}"', "LogLevel Info",
             *(f"{name} {value}" for name, value in more.items())]
    return Program(port, "tinyproxy", "-d", "-c", write("tinyproxy.conf", "\n".join(lines) + "\n"))


def squid():
    port = free_port()
    shared = "/dev/shm"
    if os.path.isdir(shared) and not os.stat(shared).st_mode & 0o002:
        raise tap.Skip(f"squid cannot write to {shared}")
    # squid gives up root and must still write its files.
    os.chmod(folder.name, 0o777)
    text = f"""
        visible_hostname localhost
        http_port 127.0.0.1:{port}
        http_access allow all
        pid_filename {path('squid.pid')}
        access_log stdio:{path('squid.access')}
        cache_log {path('squid.log')}
        cache_store_log none
        coredump_dir {folder.name}
        shutdown_lifetime 0 seconds
        cache deny all
        """
    return Program(port, "squid", "-N", "-n", f"calib{os.getpid()}", "-f", write("squid.conf", text))


def through(proxy):
    """Checks a proxy, whichever program it is."""
    with Server(lambda r: r.serve(TEXT)) as plain, Server(lambda r: r.serve(TEXT), GOOD) as secure:
        with Cache() as cache:
            expect(cache.fetch(plain.url("/a"), proxy=proxy, flags=calib.ALLOW_HTTP), "OK")
            tap.holds("via" in plain.last("/a"), "the proxy was not asked")
        with Cache() as cache:
            expect(cache.fetch(secure.url("/a"), proxy=proxy), "OK")
            tap.holds("via" not in secure.last("/a"), "the proxy saw the request")
        with Cache() as cache:
            expect(cache.fetch("http://127.0.0.1:1/a", proxy=proxy, flags=calib.ALLOW_HTTP),
                   "E_HTTP")
            expect(cache.fetch("https://127.0.0.1:1/a", proxy=proxy), "E_NETWORK")


@tap.test("tinyproxy: plain and by CONNECT; its own errors are no text")
def _():
    with tinyproxy() as proxy:
        through(f"http://127.0.0.1:{proxy.port}")


@tap.test("squid: plain and by CONNECT; its own errors are no text")
def _():
    with squid() as proxy:
        through(f"http://127.0.0.1:{proxy.port}")


@tap.test("a proxy that asks for a password gets it, and it is not shown")
def _():
    with tinyproxy(BasicAuth="user hush") as proxy, \
            Server(lambda r: r.serve(TEXT), GOOD) as secure, Cache() as cache:
        outcome = cache.fetch(secure.url("/a"), proxy=f"http://user:hushed@127.0.0.1:{proxy.port}")
        expect(outcome, "E_NETWORK")
        tap.holds("hush" not in outcome.message, outcome.message)
        expect(cache.fetch(secure.url("/a"), proxy=f"http://user:hush@127.0.0.1:{proxy.port}"), "OK")
        tap.holds("proxy-authorization" not in secure.last("/a"), "the server got it")


@tap.test("the environment's proxy is used, overridden, and left out where no_proxy says")
def _():
    with tinyproxy() as proxy, Server(lambda r: r.serve(TEXT)) as plain:
        os.environ["http_proxy"] = f"http://127.0.0.1:{proxy.port}"
        try:
            def via(**fields):
                with Cache() as cache:
                    expect(cache.fetch(plain.url("/a"), **fields), "OK")
                return "via" in plain.last("/a")
            tap.equal(via(flags=calib.ALLOW_HTTP), True, "by the environment")
            tap.equal(via(flags=calib.ALLOW_HTTP, proxy=""), False, 'with proxy ""')
            tap.equal(via(), False, "what may only go to this machine")
            os.environ["no_proxy"] = "127.0.0.1"
            tap.equal(via(flags=calib.ALLOW_HTTP), False, "with no_proxy")
            tap.equal(via(flags=calib.ALLOW_HTTP, proxy=os.environ["http_proxy"]), True,
                      "with no_proxy and a proxy that was asked for")
        finally:
            os.environ.pop("http_proxy")
            os.environ.pop("no_proxy", None)


@tap.test("a proxy that is not there is an error")
def _():
    with Server(lambda r: r.serve(TEXT), GOOD) as secure, Cache() as cache:
        expect(cache.fetch(secure.url("/a"), proxy="http://127.0.0.1:1"), "E_NETWORK")
        tap.equal(secure.connections, 0, "connections past the proxy")


tap.run()
