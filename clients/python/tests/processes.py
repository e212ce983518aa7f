"""The real processes the suite runs against: Postgres, Bobbin, the echo server."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

CLIENT = Path(__file__).resolve().parents[1]
REPO = CLIENT.parents[1]
JAR = REPO / "target" / "quarkus-app" / "quarkus-run.jar"
TEST_CLASSES = REPO / "target" / "test-classes"
TEST_CLASSPATH = REPO / "target" / "test-classpath.txt"
JAVA = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if os.environ.get("JAVA_HOME") else "java"

API_KEYS = {"acme": "test-key-acme", "beta": "test-key-beta"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_built(file: Path) -> None:
    if not file.exists():
        pytest.fail(
            f"{file.relative_to(REPO)} is missing: run ./mvnw verify -DskipTests first", pytrace=False
        )


class Server:
    """A process that serves HTTP on a port of its own and can be stopped and started again."""

    def __init__(self, command: list[str], env: dict[str, str], url: str, ready_path: str, log: Path) -> None:
        self.url = url
        self._command = command
        self._env = env
        self._ready_path = ready_path
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 300.0) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env={**os.environ, **self._env}, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + timeout
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                tail = self._log.read_text(errors="replace")[-4000:]
                pytest.fail(f"{self._command} did not become ready:\n{tail}", pytrace=False)
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.url + self._ready_path, timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False


class RunningElsewhere(Server):
    """A Bobbin that was there before the suite; it is not ours to stop."""

    def __init__(self, url: str) -> None:
        super().__init__([], {}, url, "", Path(os.devnull))

    def start(self, timeout: float = 300.0) -> None:
        pytest.fail("This test restarts Bobbin, so it needs the jar: unset BOBBIN_TEST_BASE_URL")

    def stop(self) -> None:
        self.start()


class EmbeddedPostgres:
    """The project's own test database: says its URL on the first line, ends when its stdin closes."""

    def __init__(self, log: Path) -> None:
        require_built(TEST_CLASSPATH)
        classpath = f"{TEST_CLASSES}{os.pathsep}{TEST_CLASSPATH.read_text().strip()}"
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [JAVA, "-cp", classpath, "dev.bobbin.support.RunTestDatabase"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self._process.stdout is not None
        said, _, _ = select.select([self._process.stdout], [], [], 120)
        self.url = self._process.stdout.readline().strip() if said else ""
        if not self.url.startswith("postgresql://"):
            self.stop()
            tail = log.read_text(errors="replace")[-4000:]
            pytest.fail(f"The test database did not start, it said {self.url!r}:\n{tail}", pytrace=False)

    def stop(self) -> None:
        # Also closes stdin, which is what ends it.
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait(10)


def bobbin(database_url: str, log: Path, **settings: str) -> Server:
    require_built(JAR)
    port = free_port()
    env = {
        "DATABASE_URL": database_url,
        "QUARKUS_HTTP_HOST": "127.0.0.1",
        "QUARKUS_HTTP_PORT": str(port),
        "BOBBIN_AUTH_MODE": "api-key",
        "BOBBIN_AUTH_API_KEYS": ",".join(f"{tenant}={key}" for tenant, key in API_KEYS.items()),
        **settings,
    }
    return Server([JAVA, "-jar", str(JAR)], env, f"http://127.0.0.1:{port}", "/q/health/ready", log)


def echo_server(bobbin_url: str, uploads: Path, log: Path) -> Server:
    port = free_port()
    env = {
        "BOBBIN_URL": bobbin_url,
        "BOBBIN_API_KEY": API_KEYS["acme"],
        "PORT": str(port),
        "UPLOAD_DIR": str(uploads),
        "PYTHONPATH": str(CLIENT / "src"),
    }
    command = [sys.executable, str(CLIENT / "examples" / "echo_server.py")]
    return Server(command, env, f"http://127.0.0.1:{port}", "/openapi.json", log)
