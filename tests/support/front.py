"""nginx with the configuration that is shipped, in front of a server of a test."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.services import free_port, serving

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "nginx"


@contextmanager
def nginx_before(base_url: str, folder: Path, *, quick: bool = False) -> Iterator[str]:
    """Start nginx before the server at base_url; yield its https address.

    Nothing of the shipped files is replaced but addresses, ports and places;
    quick: and the patience with callers who do not finish their headers.
    """
    port, plain = free_port(), free_port()
    _certificate(folder)
    rules = (DEPLOY / "anxue.conf").read_text(encoding="utf-8")
    rules = _replaced(rules, "127.0.0.1:8000", base_url.removeprefix("http://"))
    rules = _replaced(rules, "listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    rules = _replaced(rules, "listen 80;", f"listen 127.0.0.1:{plain};")
    rules = _replaced(rules, "/etc/ssl/anxue/", f"{folder}/")
    rules = _replaced(rules, "/etc/nginx/anxue-proxy.conf", str(DEPLOY / "anxue-proxy.conf"))
    if quick:
        rules = _replaced(rules, "client_header_timeout 10s", "client_header_timeout 1s")
    (folder / "nginx.conf").write_text(_frame(folder, rules), encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with serving([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"], port):
        yield f"https://127.0.0.1:{port}"


def _frame(folder: Path, rules: str) -> str:
    # What /etc/nginx/nginx.conf is to the shipped file, without root and without /var.
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{}}\nhttp {{\n{places}{rules}\n}}\n"


def _replaced(text: str, shipped: str, here: str) -> str:
    assert re.search(re.escape(shipped), text), f"the shipped configuration does not say {shipped!r}"
    return text.replace(shipped, here)


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
        cwd=tempfile.gettempdir(),
    )
