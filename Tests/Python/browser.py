"""Chromium without a window, driven by its DevTools protocol through two pipes: no library is needed."""
import base64
import contextlib
import json
import os
import shutil
import subprocess


class Browser:
    """One tab. Sends commands and waits for their answers and for events."""

    def __init__(self, program, profile):
        commands_read, self._commands = os.pipe()
        self._answers, answers_write = os.pipe()

        def connect():
            # The protocol wants its pipes at 3 and 4; copies first, so that neither is overwritten.
            first, second = os.dup(commands_read), os.dup(answers_write)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self._process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--no-first-run", "--disable-dev-shm-usage", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands_read)
        os.close(answers_write)
        self._buffer, self._events, self._number, self._session = b"", [], 0, None
        targets = self._send("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self._send("Page.enable")
        self._send("Network.enable")

    def close(self):
        os.close(self._commands)
        os.close(self._answers)
        self._process.kill()
        self._process.wait()

    def _message(self):
        while b"\0" not in self._buffer:
            piece = os.read(self._answers, 1 << 20)
            assert piece, "the browser has gone"
            self._buffer += piece
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _send(self, method, **parameters):
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._commands, json.dumps(request).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                return message["result"]
            self._events.append(message)

    def open(self, path, width, scheme, scripts=True):
        """Opens a file at a width in CSS pixels and a colour scheme; returns the addresses that it asked for."""
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=2,
                   mobile=width < 600)
        self._send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._events.clear()
        self._send("Page.navigate", url=f"file://{path}")
        seen = 0
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events[seen:]):
            seen = len(self._events)
            self._events.append(self._message())
        requests = [event["params"]["request"]["url"] for event in self._events
                    if event.get("method") == "Network.requestWillBeSent"]
        return [url for url in requests if not url.startswith("data:")]

    def evaluate(self, expression):
        result = self._send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"]["value"]

    def screenshot(self, path):
        """The whole page as a PNG file."""
        image = self._send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(image))


@contextlib.contextmanager
def browser(profile):
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "found no chromium: `apt-get install chromium`, or run scripts/test, which does"
    tab = Browser(program, profile)
    try:
        yield tab
    finally:
        tab.close()
