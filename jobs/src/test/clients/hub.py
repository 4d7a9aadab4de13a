"""A small Hugging Face hub: each folder NAME or OWNER/NAME below a folder is a model with one commit on its main branch.

usage: hub.py FOLDER, which prints its address and serves until its standard input ends.
"""

import hashlib
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from huggingface_hub.utils.sha import git_hash

MODELS = Path(sys.argv[1])
LFS = (".safetensors", ".bin")


class Model:
    def __init__(self, name):
        self.name = name
        self.commit = hashlib.sha1(name.encode()).hexdigest()
        folder = MODELS / name
        self.files = {file.name: file for file in sorted(folder.glob("*")) if file.is_file()}

    def has(self, revision):
        return unquote(revision) in ("main", self.commit)

    def digest(self, file):
        content = self.files[file].read_bytes()
        return hashlib.sha256(content).hexdigest() if file.endswith(LFS) else git_hash(content)

    def info(self):
        return {"id": self.name, "sha": self.commit, "siblings": [{"rfilename": file} for file in self.files]}

    def tree(self):
        entries = []
        for file, path in self.files.items():
            size = path.stat().st_size
            entry = {"type": "file", "path": file, "size": size, "oid": self.digest(file)[:40]}
            if file.endswith(LFS):
                entry["lfs"] = {"oid": self.digest(file), "size": size, "pointerSize": 130}
            entries.append(entry)
        return entries


class Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = urlsplit(self.path).path
        if found := re.fullmatch(r"/api/models/([^/]+(?:/[^/]+)?)(?:/(revision|tree)/([^/]+)(/.*)?)?", path):
            model = Model(found[1])
            if not model.files:
                return self.refuse("RepoNotFound")
            if found[3] and not model.has(found[3]):
                return self.refuse("RevisionNotFound")
            if found[4]:
                return self.refuse("EntryNotFound")
            answer = model.tree() if found[2] == "tree" else model.info()
            return self.answer(json.dumps(answer).encode(), {"Content-Type": "application/json"})
        if found := re.fullmatch(r"/([^/]+(?:/[^/]+)?)/resolve/([^/]+)/(.+)", path):
            model = Model(found[1])
            commit = {"X-Repo-Commit": model.commit}
            if not model.files:
                return self.refuse("RepoNotFound")
            if not model.has(found[2]):
                return self.refuse("RevisionNotFound")
            if found[3] not in model.files:
                return self.refuse("EntryNotFound", commit)
            content = model.files[found[3]].read_bytes()
            return self.answer(content, commit | {"ETag": f'"{model.digest(found[3])}"', "Accept-Ranges": "bytes"})
        return self.refuse("RepoNotFound")

    def answer(self, content, headers):
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if start:
            headers["Content-Range"] = f"bytes {start[1]}-{len(content) - 1}/{len(content)}"
            content = content[int(start[1]) :]
        self.send(206 if start else 200, content, headers)

    def refuse(self, code, headers=None):
        self.send(404, b"", {"X-Error-Code": code} | (headers or {}))

    def send(self, status, content, headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
