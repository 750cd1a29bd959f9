#!/usr/bin/env python3
"""An implementer for Night Shift over A2A 1.0, of the standard library alone.

It serves a card, bids for work, and does it: it clones the repository, writes the file that the task
asks for ("Add <path> with: <line>"), commits, and offers the commit. Everything else it leaves to
whoever asked: tests, judgement and merging are not its business.

    python3 specialist.py --port 8400 --name pythonist [--token-env SPECIALIST_TOKEN]

JSON-RPC at /a2a, Server-Sent Events for streams, the card at /.well-known/agent-card.json."""

import argparse
import hashlib
import hmac
import json
import os
import re
import subprocess
import tempfile
import threading
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 8 * 1024 * 1024
GIT_SECONDS_MAX = 60
TASKS_KEPT_MAX = 1_000
VERSION = re.compile(r"^1\.0(\.\d+)?$")
ASKED = re.compile(r"Add (?P<path>[\w./-]{1,200}) with: (?P<line>[^\n]{1,500})")
ENDED = {"TASK_STATE_COMPLETED", "TASK_STATE_FAILED", "TASK_STATE_CANCELED"}


class Failure(Exception):
    """A failure with a code of the wire: `Failure(code, message)`."""


class Tasks:
    """The calls of this process, by id and by message: the same message is one call."""

    def __init__(self):
        self._lock = threading.Condition()
        self._tasks = {}
        self._by_message = {}

    def begin(self, message):
        with self._lock:
            known = self._by_message.get(message["messageId"])
            if known:
                return self._tasks[known], False
            task = {
                "id": str(uuid.uuid4()),
                "contextId": message.get("contextId") or str(uuid.uuid4()),
                "status": status("TASK_STATE_WORKING"),
            }
            self._tasks[task["id"]] = task
            self._by_message[message["messageId"]] = task["id"]
            if len(self._tasks) > TASKS_KEPT_MAX:
                self._tasks.pop(next(iter(self._tasks)))
                self._by_message.pop(next(iter(self._by_message)))
            return dict(task), True

    def end(self, task_id, state, artifact=None, reason=None):
        with self._lock:
            task = self._tasks.get(task_id)
            if task is None or task["status"]["state"] in ENDED:
                return
            if artifact is not None:
                task["artifacts"] = [artifact]
            task["status"] = status(state, task, reason)
            self._lock.notify_all()

    def get(self, task_id):
        with self._lock:
            if task_id not in self._tasks:
                raise Failure(-32001, "no such task")
            return dict(self._tasks[task_id])

    def wait(self, task_id):
        """The task once it has ended."""
        with self._lock:
            self._lock.wait_for(lambda: self._tasks[task_id]["status"]["state"] in ENDED)
            return dict(self._tasks[task_id])


def status(state, task=None, reason=None):
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    made = {"state": state, "timestamp": now}
    if reason is not None:
        about = {"contextId": task["contextId"], "taskId": task["id"], "role": "ROLE_AGENT"}
        made["message"] = {"messageId": str(uuid.uuid4()), **about, "parts": [{"text": reason}]}
    return made


def bid(name, _input):
    """What it would ask for: a small price, a short time."""
    terms = {"family": "python", "account": name, "tier": "small"}
    return {"bids": [{"model": f"{name}-1", "priceMicroUsd": 10, "etaMs": 1_000, **terms}]}


def implement(name, given):
    """Does the one kind of task that it knows, in a clone of its own."""
    text = f"{given['spec']['title']}\n{given['spec']['text']}"
    asked = ASKED.search(text)
    if asked is None or ".." in asked["path"] or asked["path"].startswith(("/", ".git")):
        detail = "it writes one file: say 'Add <path> with: <line>'"
        return {"status": "failed", "kind": "no-change", "detail": detail, "spend": None}
    line = asked["line"].strip()
    commit = commit_file(given["repo"]["path"], given["base"], given["attempt"], asked["path"], line)
    change = {"path": asked["path"], "status": "added", "addedLines": 1}
    blob = hashlib.sha256(text.encode()).hexdigest()
    model = given["model"]
    return {
        "status": "executed",
        "prompted": {"by": name, "model": model, "blob": blob, "contextTokens": 0, "capTokens": 1},
        "executed": {
            "by": name,
            "model": model,
            "family": "python",
            "usage": {"inputTokens": 0, "cachedTokens": 0, "outputTokens": 0},
            **{"costMicroUsd": 0, "costKind": "billed", "stopReason": "finished"},
            "commit": commit,
            "files": [{**change, "removedLines": 0, "baseLines": 0}],
            **{"diff": blob, "transcript": blob, "report": None},
            **{"durationMs": 1, "sandboxed": False},
        },
    }


def commit_file(repo, base, attempt, path, line):
    """A commit on the base, offered to the repository under a ref of its own."""
    who = {"NAME": "Specialist", "EMAIL": "specialist@localhost"}
    env = {f"GIT_{role}_{part}": who[part] for role in ("AUTHOR", "COMMITTER") for part in who}
    env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    with tempfile.TemporaryDirectory(prefix="specialist-") as clone:

        def git(*words):
            run = {"cwd": clone, "env": env, "timeout": GIT_SECONDS_MAX, "check": True}
            done = subprocess.run(["git", *words], **run, capture_output=True, text=True)
            return done.stdout.strip()

        git("clone", "--quiet", "--no-checkout", "--", repo, ".")
        git("checkout", "--quiet", "--detach", base)
        target = os.path.join(clone, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(f"{line}\n")
        git("add", "--", path)
        git("commit", "--quiet", "--message", f"Add {path}")
        git("push", "--quiet", "origin", f"HEAD:refs/visitors/{attempt}")
        return git("rev-parse", "HEAD")


SKILLS = {"bid": bid, "implement": implement}


class Specialist(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, name, token):
        super().__init__(("127.0.0.1", port), Handler)
        self.name, self.token, self.tasks = name, token, Tasks()

    def card(self):
        url = f"http://127.0.0.1:{self.server_port}/a2a"
        card = {
            "name": self.name,
            "description": "Adds one file, exactly as the task says it",
            "version": "1",
            "supportedInterfaces": [
                {"url": url, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
            ],
            "capabilities": {"streaming": True},
            **{f"default{way}Modes": ["application/json"] for way in ("Input", "Output")},
            "skills": [
                {"id": name, "name": name, "description": work.__doc__, "tags": ["night-shift"]}
                for name, work in SKILLS.items()
            ],
        }
        if self.token:
            card["securitySchemes"] = {"bearer": {"httpAuthSecurityScheme": {"scheme": "Bearer"}}}
            card["securityRequirements"] = [{"schemes": {"bearer": {}}}]
        return card

    def start(self, params):
        """Begins a call, or finds it again by its message."""
        message = params["message"]
        asked = message["parts"][0]["data"]
        skill = SKILLS.get(asked["skill"])
        if skill is None:
            raise Failure(-32602, "no such skill")
        task, is_new = self.tasks.begin(message)
        if is_new:
            work = (task["id"], skill, asked["input"])
            threading.Thread(target=self.work, args=work, daemon=True).start()
        return task

    def work(self, task_id, skill, given):
        try:
            data = {"data": skill(self.name, given), "mediaType": "application/json"}
            artifact = {"artifactId": "answer", "parts": [data]}
            self.tasks.end(task_id, "TASK_STATE_COMPLETED", artifact)
        except Exception as error:  # Whatever it was, whoever asked must hear of an end.
            self.tasks.end(task_id, "TASK_STATE_FAILED", reason=type(error).__name__)


class Handler(BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self):
        is_card = self.path == "/.well-known/agent-card.json"
        self.answer(200 if is_card else 404, self.server.card() if is_card else {"error": {}})

    def do_POST(self):
        given, token = self.headers.get("Authorization", ""), self.server.token
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return self.answer(401, {"error": {"code": 401, "message": "no valid token"}})
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/a2a" or length > BODY_BYTES_MAX:
            return self.answer(413 if length > BODY_BYTES_MAX else 404, {"error": {}})
        request = {}
        try:
            request = json.loads(self.rfile.read(length))
            if not VERSION.match(self.headers.get("A2A-Version", "")):
                raise Failure(-32009, "only A2A 1.0 is spoken here")
            return self.serve(request)
        except Failure as failure:
            error = dict(zip(("code", "message"), failure.args))
        except ValueError:
            error = {"code": -32700, "message": "not JSON"}
        except (KeyError, IndexError, TypeError, AttributeError):
            error = {"code": -32602, "message": "not what the method takes"}
        request_id = request.get("id") if isinstance(request, dict) else None
        return self.answer(200, {"jsonrpc": "2.0", "id": request_id, "error": error})

    def serve(self, request):
        method, params, tasks = request["method"], request.get("params", {}), self.server.tasks
        if method == "SendStreamingMessage":
            return self.stream(request["id"], self.server.start(params))
        if method == "SubscribeToTask":
            return self.stream(request["id"], tasks.get(params["id"]))
        if method == "SendMessage":
            task = self.server.start(params)
            at_once = params.get("configuration", {}).get("returnImmediately")
            result = {"task": task if at_once else tasks.wait(task["id"])}
        elif method == "GetTask":
            result = tasks.get(params["id"])
        elif method == "CancelTask":
            tasks.end(tasks.get(params["id"])["id"], "TASK_STATE_CANCELED")
            result = tasks.get(params["id"])
        else:
            raise Failure(-32601, "no such method")
        return self.answer(200, {"jsonrpc": "2.0", "id": request["id"], "result": result})

    def stream(self, request_id, task):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

        def tell(event):
            frame = {"jsonrpc": "2.0", "id": request_id, "result": event}
            self.wfile.write(f"data: {json.dumps(frame)}\n\n".encode())
            self.wfile.flush()

        tell({"task": task})
        if task["status"]["state"] in ENDED:
            return
        done = self.server.tasks.wait(task["id"])
        about = {"taskId": done["id"], "contextId": done["contextId"]}
        for artifact in done.get("artifacts", []):
            tell({"artifactUpdate": {**about, "artifact": artifact, "lastChunk": True}})
        tell({"statusUpdate": {**about, "status": done["status"]}})

    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_words):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--name", default="specialist")
    parser.add_argument("--token-env", default="")
    given = parser.parse_args()
    token = os.environ.get(given.token_env, "") if given.token_env else ""
    if given.token_env and not token:
        parser.error(f"{given.token_env} is not set")
    server = Specialist(given.port, given.name, token)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
