# SPDX-License-Identifier: MIT
"""Certificates made by the openssl program, for servers on 127.0.0.1 and localhost."""
import os
import ssl
import subprocess
import tempfile

folder = tempfile.TemporaryDirectory(prefix="calib-certificates-")


def path(name):
    return os.path.join(folder.name, name)


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False, cwd=folder.name)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments}: {done.stdout}")
    return done.stdout


def authority(name):
    """Makes a certificate authority. Returns its file, for ca_file."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2", "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")
    return path(f"{name}.pem")


def certificate(name, by, names="IP:127.0.0.1,DNS:localhost", expired=False):
    """Returns a server's TLS context with a certificate of that authority."""
    with open(path(f"{name}.ext"), "w", encoding="ascii") as file:
        file.write(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key",
            "-set_serial", "1", "-extfile", f"{name}.ext", "-out", f"{name}.pem",
            "-days", "-1" if expired else "2")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path(f"{name}.pem"), path(f"{name}.key"))
    return context
