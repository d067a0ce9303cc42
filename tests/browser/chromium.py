"""Where a Chromium is, how it is started here, and which of its requests would leave this machine."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import BrowserContext, sync_playwright

# The first draws no window around the page, which costs a quarter of the time of each one that is opened.
COMMANDS = (
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium",
    "chromium-browser",
)
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
LOCAL = re.compile(r"(data|blob|file|about):|(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?(/|$)")


class Found(NamedTuple):
    """A usable Chromium, or why there is none."""

    path: str | None
    reason: str = ""


@functools.cache  # one look, and one installation at most, a run
def find() -> Found:
    """Look for an installed Chromium, then for Playwright's own; as root on Debian or Ubuntu, install one."""
    path = _installed() or _playwrights_own()
    if path:
        return Found(path)
    if shutil.which("apt-get") is None or not _is_root():
        return Found(None, "no Chromium here: install one, or run `python -m playwright install chromium`")
    error = _install_by_apt()
    path = _installed()
    return Found(path) if path else Found(None, f"no Chromium here, and apt-get could not install one: {error}")


def launch_options(path: str) -> dict:
    """Arguments for `playwright.chromium.launch`: works as root in a container, reaches nothing but this machine."""
    return {
        "executable_path": path,
        "chromium_sandbox": not _is_root(),  # the sandbox refuses root; Playwright then passes --no-sandbox
        "args": [
            # Blocks by name, in the browser: a Playwright route would cost a round trip and the cache for each file.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--no-default-browser-check",
            "--font-render-hinting=none",
        ],
    }


def outside_requests(context: BrowserContext) -> list[str]:
    """Addresses beyond this machine that the context's pages ask for from now on; the list grows as they do."""
    outside: list[str] = []

    def note(request_or_socket):
        if not LOCAL.match(request_or_socket.url):
            outside.append(request_or_socket.url)

    context.on("request", note)
    context.on("page", lambda page: page.on("websocket", note))
    return outside


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _installed() -> str | None:
    candidates = [shutil.which(name) for name in COMMANDS] + [app for app in MAC_APPS if Path(app).exists()]
    return next((path for path in candidates if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Ubuntu ships a `chromium-browser` that only says it is a snap, so a file alone proves nothing."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _starts(path) else None


def _install_by_apt() -> str:
    """Install Chromium and return the last words of what failed, '' when nothing did."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = "apt-get install -y --no-install-recommends"
    error = ""
    for command in ("apt-get update", f"{install} chromium-headless-shell", f"{install} chromium"):
        print(f"No Chromium found; running: {command}", flush=True)
        words = command.split()
        words[1:1] = ["-o", "DPkg::Lock::Timeout=300"]
        try:
            done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=900)
        except subprocess.TimeoutExpired:
            return f"{command} took more than 15 minutes"
        error = done.stderr.strip()[-400:] if done.returncode else ""
        if "install" in words and not error:
            return ""
    return error
