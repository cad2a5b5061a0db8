"""Tells the judge what pytest runs, one line of JSON each, over one connection, as it happens.

What was said cannot be taken back, by nobody. The judge listens only to a process that it can find and that no other
runner started: this one writes a word into the name of its own process, and the judge looks who bears it. Everything
used here is taken hold of before any test is loaded.
"""

import atexit
import json
import os
import secrets
import socket

import pytest

_HERE = os.path.dirname(os.path.abspath(__file__))
_OWN_NAME = "/proc/self/comm"
_dumps = json.dumps
_getpid = os.getpid


def _name_itself(name):
    try:
        with open(_OWN_NAME) as file:
            before = file.read().strip()
        with open(_OWN_NAME, "w") as file:
            file.write(name)
        return before
    except OSError:
        return None


def _introduce():
    with open(os.path.join(os.path.dirname(_HERE), "address")) as file:
        address = file.read()
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(20)
    line.connect(address)
    word = secrets.token_urlsafe(12)[:15]
    name = _name_itself(word)
    head = {"kind": "head", "runner": "pytest", "word": word, "cwd": os.getcwd(), "argv": []}
    line.sendall((_dumps(head) + "\n").encode())
    listens = line.recv(1) == b"y"
    if name is not None:
        _name_itself(name)
    return line if listens else None


def _keep_from_children():
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    rest = [path for path in paths if os.path.abspath(path or ".") != _HERE]
    if rest and rest != [""]:
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)
    with open(os.path.join(os.path.dirname(_HERE), "pytest-options")) as file:
        ours = file.read().split("\n")[1]
    options = os.environ.get("PYTEST_ADDOPTS", "").replace(ours, "").strip()
    if options:
        os.environ["PYTEST_ADDOPTS"] = options
    else:
        os.environ.pop("PYTEST_ADDOPTS", None)


def _status(report):
    """What one phase of a test comes to; None where it says nothing."""
    if report.outcome == "rerun":
        return "again"
    if report.failed:
        return "fail"
    if report.skipped:
        return "todo" if hasattr(report, "wasxfail") else "skip"
    return "pass" if report.when == "call" else None


class _Teller:
    def __init__(self, line, config):
        pid = _getpid()
        worse = {"pass": 0, "todo": 1, "skip": 2, "fail": 3}
        open_tests = {}
        root = str(config.rootpath) if hasattr(config, "rootpath") else str(config.rootdir)

        def tell(what):
            # A process that was forked from this one has nothing to say.
            if _getpid() == pid:
                try:
                    line.sendall((_dumps(what) + "\n").encode())
                except OSError:
                    pass

        def tell_test(nodeid, status, seconds):
            name, _, parameters = nodeid.partition("[")
            file, *path = name.split("::")
            if parameters and path:
                path[-1] += "[" + parameters
            classes = ".".join(path[:-1])
            path = ([classes] if classes else []) + path[-1:]
            what = {"kind": "test", "id": nodeid, "file": os.path.join(root, file), "path": path}
            tell(dict(what, status=status, ms=round(seconds * 1000)))

        def on_report(report):
            status = _status(report)
            was, seconds = open_tests.get(report.nodeid, (None, 0.0))
            if status == "again":
                open_tests[report.nodeid] = (None, 0.0)
                return
            if was is None or (status is not None and worse[status] > worse[was]):
                was = status
            open_tests[report.nodeid] = (was, seconds + (getattr(report, "duration", 0) or 0))

        def on_finish(nodeid):
            if nodeid in open_tests:
                status, seconds = open_tests.pop(nodeid)
                tell_test(nodeid, status or "fail", seconds)

        def on_collected(report):
            if report.failed or report.skipped:
                status = "fail" if report.failed else "skip"
                file = os.path.join(root, report.nodeid.split("::")[0])
                tell({"kind": "test", "id": report.nodeid, "file": file, "path": [], "status": status})

        def on_end(exitstatus):
            for nodeid in list(open_tests):
                tell_test(nodeid, "fail", 0)
            open_tests.clear()
            tell({"kind": "done", "exit": int(exitstatus)})

        self.on_report, self.on_finish, self.on_collected = on_report, on_finish, on_collected
        self.on_end = on_end
        self.on_exit = lambda: tell({"kind": "end", "exit": None})
        atexit.register(self.on_exit)

    def pytest_runtest_logreport(self, report):
        self.on_report(report)

    def pytest_runtest_logfinish(self, nodeid):
        self.on_finish(nodeid)

    def pytest_collectreport(self, report):
        self.on_collected(report)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus):
        yield
        self.on_end(session.exitstatus)


def pytest_configure(config):
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.option.collectonly or getattr(config.option, "help", False):
        return
    _keep_from_children()
    try:
        line = _introduce()
    except (OSError, ValueError):
        return
    if line is not None:
        config.pluginmanager.register(_Teller(line, config), "agentloop-teller")
