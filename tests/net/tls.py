# SPDX-License-Identifier: MIT
"""HTTPS with certificates made here, and where a bearer token goes."""
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import warnings

import calib
import certificates
import helper
import tap
from helper import expect
from server import Server

TEXT = b"a text behind a certificate\n" * 1000
HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = "very-secret-token"
CA = certificates.authority("authority")
OTHER_CA = certificates.authority("stranger")
GOOD = certificates.certificate("good", "authority")
LIMITS = dict(max_tries=2, stall_timeout_ms=500, connect_timeout_ms=3000)


def fetch(url, ca_file=CA, **fields):
    with tempfile.TemporaryDirectory(prefix="calib-net-") as cache:
        outcome = helper.fetch(url, cache, **dict(LIMITS, ca_file=ca_file, **fields))
        tap.equal(helper.check(cache), "", "what is wrong in the cache")
        if outcome.status == "OK":
            tap.equal(outcome.text(), TEXT)
        tap.holds(TOKEN not in outcome.message and "hush" not in outcome.message, outcome.message)
    return outcome


def good(request):
    request.serve(TEXT)


def tls11(name):
    context = certificates.certificate(name, "authority")
    warnings.simplefilter("ignore", DeprecationWarning)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@tap.test("a certificate of a trusted authority is accepted, by address and by name")
def _():
    with Server(good, GOOD) as server:
        expect(fetch(server.url("/a")), "OK")
        expect(fetch(server.url("/a", "localhost")), "OK")


@tap.test("one of an unknown authority is not, and is not tried again")
def _():
    with Server(good, GOOD) as server:
        expect(fetch(server.url("/a"), None), "E_TLS")
        expect(fetch(server.url("/a"), OTHER_CA), "E_TLS")
        tap.equal(server.connections, 2, "the number of connections")


@tap.test("SSL_CERT_FILE names the authorities when the caller does not")
def _():
    before = os.environ.get("SSL_CERT_FILE")
    try:
        with Server(good, GOOD) as server:
            os.environ["SSL_CERT_FILE"] = CA
            expect(fetch(server.url("/a"), None), "OK")
            expect(fetch(server.url("/a"), OTHER_CA), "E_TLS")
            os.environ["SSL_CERT_FILE"] = OTHER_CA
            expect(fetch(server.url("/a"), None), "E_TLS")
            expect(fetch(server.url("/a")), "OK")
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before


@tap.test("SSL_CERT_DIR names folders of authorities, beside SSL_CERT_FILE")
def _():
    before = {name: os.environ.pop(name, None) for name in ("SSL_CERT_DIR", "SSL_CERT_FILE")}
    folders = {}
    try:
        for file in (CA, OTHER_CA):
            folders[file] = file + ".d"
            os.makedirs(folders[file], exist_ok=True)
            name = certificates.openssl("x509", "-hash", "-noout", "-in", file).strip() + ".0"
            shutil.copy(file, os.path.join(folders[file], name))
        with Server(good, GOOD) as server:
            for folder, status in ((folders[CA], "OK"), (folders[OTHER_CA], "E_TLS"), ("/nowhere", "E_TLS"),
                                   (folders[OTHER_CA] + ":" + folders[CA], "OK")):
                os.environ["SSL_CERT_DIR"] = folder
                expect(fetch(server.url("/a"), None), status)
            os.environ["SSL_CERT_DIR"] = folders[CA]
            os.environ["SSL_CERT_FILE"] = OTHER_CA
            expect(fetch(server.url("/a"), None), "OK")
            expect(fetch(server.url("/a"), OTHER_CA), "E_TLS")
        with Server(good, GOOD) as proxy:
            expect(fetch("http://text.example/a", None, proxy=proxy.url(""), flags=calib.ALLOW_HTTP),
                   "OK")
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@tap.test("each failure of TLS names what helps")
def _():
    elsewhere = certificates.certificate("elsewhere", "authority", "DNS:elsewhere.example")
    old = certificates.certificate("old", "authority", expired=True)
    names = ("ca_file", "SSL_CERT_FILE", "SSL_CERT_DIR")
    with Server(good, GOOD) as server:
        expect(fetch(server.url("/a"), OTHER_CA), "E_TLS", *names, "proxy")
        expect(fetch(server.url("/a"), "/nonexistent.pem"), "E_TLS", *names[:2], "readable")
        expect(fetch("http://text.example/a", OTHER_CA, proxy=server.url(""), flags=calib.ALLOW_HTTP),
               "E_TLS", *names, "the proxy's certificate")
    with Server(good, old) as server:
        expect(fetch(server.url("/a")), "E_TLS", "clock")
    with Server(good, elsewhere) as server:
        expect(fetch(server.url("/a")), "E_TLS", "check the host of the URL, and the proxy")
    with Server(good, tls11("early")) as server:
        expect(fetch(server.url("/a")), "E_TLS", "TLS 1.2", "port", "proxy")


@tap.test("an https proxy is trusted by the same authorities")
def _():
    with Server(good, GOOD) as proxy:
        expect(fetch("http://text.example/a", proxy=proxy.url(""),
                     flags=calib.ALLOW_HTTP), "OK")
        tap.equal(proxy.count("http://text.example/a"), 1, "requests to the proxy")
        expect(fetch("http://text.example/a", OTHER_CA, proxy=proxy.url(""),
                     flags=calib.ALLOW_HTTP), "E_TLS")


@tap.test("an https proxy of another name is not trusted")
def _():
    context = certificates.certificate("elsewhere", "authority", "DNS:elsewhere.example")
    with Server(good, context) as proxy:
        expect(fetch("http://text.example/a", proxy=proxy.url(""), flags=calib.ALLOW_HTTP), "E_TLS")
        tap.equal(proxy.log, [], "requests to the proxy")


@tap.test("one of another name is not")
def _():
    context = certificates.certificate("elsewhere", "authority", "DNS:elsewhere.example")
    with Server(good, context) as server:
        expect(fetch(server.url("/a")), "E_TLS")


@tap.test("an expired one is not")
def _():
    with Server(good, certificates.certificate("old", "authority", expired=True)) as server:
        expect(fetch(server.url("/a")), "E_TLS")


def anything_goes(url, **fields):
    """Returns the status of a fetch by a process whose OpenSSL is configured to accept weak protocols."""
    with tempfile.TemporaryDirectory(prefix="calib-net-") as folder:
        with open(os.path.join(folder, "cnf"), "w", encoding="ascii") as file:
            file.write("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
                       "[c]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
        code = "import helper, sys, json; print(helper.fetch(*sys.argv[1:3], **json.loads(sys.argv[3]))" \
               ".status)"
        return subprocess.run([sys.executable, "-c", code, url, folder,
                               json.dumps(dict(LIMITS, ca_file=CA, **fields))], check=True, text=True,
                              stdout=subprocess.PIPE, env=dict(os.environ, OPENSSL_CONF=file.name),
                              timeout=60, cwd=HERE).stdout.strip()


@tap.test("TLS 1.1 is refused, whatever the system's own settings are")
def _():
    with Server(good, tls11("tls11")) as server:
        tap.equal(anything_goes(server.url("/a")), "E_TLS")
        tap.equal(anything_goes("http://text.example/a", proxy=server.url(""),
                                flags=calib.ALLOW_HTTP), "E_TLS")
        tap.equal(server.log, [], "requests")
    with Server(good, GOOD) as server:
        tap.equal(anything_goes(server.url("/a")), "OK")


@tap.test("TLS 1.2 is accepted")
def _():
    context = certificates.certificate("tls12", "authority")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Server(good, context) as server:
        expect(fetch(server.url("/a")), "OK")


@tap.test("a handshake that hangs ends with the time for connecting")
def _():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        outcome = expect(fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/a", max_tries=1,
                               connect_timeout_ms=400, stall_timeout_ms=30000), "E_TIMEOUT")
        tap.holds(0.3 < outcome.seconds < 3, f"{outcome.seconds} s")


@tap.test("a server that speaks no TLS is an error")
def _():
    with Server(good) as server:
        expect(fetch(server.url("/a").replace("http:", "https:"), connect_timeout_ms=400),
               ("E_TLS", "E_TIMEOUT"))


@tap.test("a CA file that is missing, or none, is an error")
def _():
    with Server(good, GOOD) as server:
        expect(fetch(server.url("/a"), "/nonexistent.pem"), "E_TLS")
        expect(fetch(server.url("/a"), "/dev/null"), "E_TLS")


@tap.test("https never leads to http")
def _():
    with Server(good) as plain:
        with Server(lambda r: r.reply(b"", "302 Found", f"Location: {plain.url('/a')}"),
                    GOOD) as server:
            expect(fetch(server.url("/a")), "E_ARGUMENT")
            expect(fetch(server.url("/a"), flags=calib.ALLOW_HTTP), "E_ARGUMENT")
            tap.equal(plain.connections, 0, "the number of plain connections")


@tap.test("http may lead to https")
def _():
    with Server(good, GOOD) as server:
        with Server(lambda r: r.reply(b"", "302 Found", f"Location: {server.url('/a')}")) as plain:
            expect(fetch(plain.url("/a")), "OK")
            expect(fetch(plain.url("/a"), OTHER_CA), "E_TLS")


@tap.test("a cut connection is noticed without a length, too")
def _():
    def cut(request):
        request.head("200 OK", "Transfer-Encoding: chunked")
        request.send(b"5\r\nabcde\r\n")
        request.close()
    with Server(cut, GOOD) as server:
        expect(fetch(server.url("/a")), "E_NETWORK")


# ---- the token ----

@tap.test("the token goes to the origin, in the header")
def _():
    with Server(good, GOOD) as server:
        expect(fetch(server.url("/a"), bearer_token=TOKEN), "OK")
        tap.equal(server.last("/a")["authorization"], f"Bearer {TOKEN}")


@tap.test("the token does not follow a redirect to another port")
def _():
    with Server(good, GOOD) as other:
        def away(request):
            request.reply(b"", "302 Found", f"Location: {other.url('/b')}")
        with Server(away, GOOD) as server:
            expect(fetch(server.url("/a"), bearer_token=TOKEN), "OK")
            tap.holds("authorization" in server.last("/a"), "the origin did not get it")
            tap.holds("authorization" not in other.last("/b"), "the other port got it")


@tap.test("the token does not follow a redirect to another name of the host")
def _():
    def script(request):
        if request.path == "/a":
            request.reply(b"", "302 Found",
                          f"Location: {request.server.url('/b', 'localhost')}")
        else:
            request.serve(TEXT)
    with Server(script, GOOD) as server:
        expect(fetch(server.url("/a"), bearer_token=TOKEN), "OK")
        tap.holds("authorization" not in server.last("/b"), "the other name got it")


@tap.test("the token stays with a redirect to the same origin")
def _():
    def script(request):
        if request.path == "/a":
            request.reply(b"", "302 Found", "Location: /b")
        else:
            request.serve(TEXT)
    with Server(script, GOOD) as server:
        expect(fetch(server.url("/a"), bearer_token=TOKEN), "OK")
        tap.equal(server.last("/b").get("authorization"), f"Bearer {TOKEN}")


@tap.test("a mirror elsewhere does not get the token, one at the origin does")
def _():
    with Server(good, GOOD) as other:
        with Server(lambda r: r.serve(TEXT) if r.path == "/m" else r.reply(b"", "404 No"),
                    GOOD) as server:
            expect(fetch(server.url("/a"), bearer_token=TOKEN, mirrors=[other.url("/m")]), "OK")
            tap.holds("authorization" not in other.last("/m"), "the mirror got it")
            expect(fetch(server.url("/a"), bearer_token=TOKEN,
                         mirrors=[server.url("/m", "localhost")]), "OK")
            tap.holds("authorization" not in server.last("/m"), "another name got it")
            expect(fetch(server.url("/a"), bearer_token=TOKEN, mirrors=[server.url("/m")]), "OK")
            tap.holds("authorization" in server.last("/m"), "the origin's mirror did not")


@tap.test("a proxy that is asked for a tunnel does not get the token")
def _():
    with Server(lambda r: r.reply(b"", "403 Forbidden")) as proxy:
        expect(fetch("https://127.0.0.1:1/a", bearer_token=TOKEN, proxy=proxy.url("")), "E_NETWORK")
        headers = proxy.last("127.0.0.1:1")
        tap.holds("authorization" not in headers and TOKEN not in str(headers), headers)


@tap.test("the proxy's password stays with the proxy, also when a redirect leads past it")
def _():
    with Server(good) as beyond, Server(good, GOOD) as secure:
        places = {"http://text.example/a": beyond.url("/b"), "http://text.example/s": secure.url("/b")}
        with Server(lambda r: r.reply(b"", "302 Found", f"Location: {places[r.path]}")) as proxy:
            before = dict(os.environ)
            os.environ.update(http_proxy=f"http://user:hush@127.0.0.1:{proxy.port}",
                              no_proxy="127.0.0.1")
            try:
                for url in places:
                    expect(fetch(url, flags=calib.ALLOW_HTTP), "OK")
                    tap.holds("proxy-authorization" in proxy.last(url), "the proxy did not get it")
            finally:
                for name in ("http_proxy", "no_proxy"):
                    os.environ.pop(name)
                os.environ.update(before)
        for server in (beyond, secure):
            tap.equal(sorted(server.last("/b")), ["accept", "accept-encoding", "host", "user-agent"])


@tap.test("a token is not sent over plain http, nor with a line end in it")
def _():
    with Server(good) as server:
        expect(fetch(server.url("/a"), bearer_token=TOKEN), "E_ARGUMENT")
        expect(fetch(server.url("/a"), bearer_token=TOKEN, flags=calib.ALLOW_HTTP), "E_ARGUMENT")
        tap.equal(server.connections, 0, "the number of connections")
    with Server(good, GOOD) as server:
        for bad in ("a\r\nX-Injected: 1", "a\nb", "a b", "a\tb"):
            expect(fetch(server.url("/a"), bearer_token=bad), "E_ARGUMENT")
        tap.equal(server.connections, 0, "the number of connections")


@tap.test("no message shows a token, a query or a password")
def _():
    def refuse(request):
        request.reply(f"no {TOKEN} hush".encode(), "403 Forbidden")
    with Server(refuse, GOOD) as server:
        outcome = expect(fetch(server.url("/a?signature=hush#hush"), bearer_token=TOKEN), "E_HTTP")
        tap.holds("/a" in outcome.message, outcome.message)
        expect(fetch(f"https://user:hush@127.0.0.1:{server.port}/a"), "E_ARGUMENT")
        expect(fetch(server.url("/a?signature=hush"), None), "E_TLS")
    expect(fetch(server.url("/a?signature=hush"), bearer_token=TOKEN), "E_NETWORK")
    expect(fetch("https://name.invalid/a?signature=hush", bearer_token=TOKEN), "E_NETWORK")
    expect(fetch(server.url("/a?hush"), proxy="http://user:hush@127.0.0.1:1"), "E_NETWORK")
    expect(fetch(server.url("/a?hush"), proxy="hush://user:hush@"), ("E_NETWORK", "E_ARGUMENT"))


tap.run()
