"""The token issuer of the lab: a real OpenID provider in Node, asked over HTTP."""

import http.client
import json
import shutil
import subprocess
import urllib.parse
import uuid
from pathlib import Path

from key import Key
from lab import needs
from plan import TOKEN_LIFE_SECONDS

CLIENTS = ["desktop", "phone", "webmail"]
MAKE_KEY = (
    "const pair = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 });"
    "console.log(JSON.stringify(pair.privateKey.export({ format: 'jwk' })))"
)


class Issuer:
    """A running issuer, its signing key and its log."""

    def __init__(self, house, people):
        here = Path(__file__).parent / "issuer"
        node, modules = needs.node_modules(here)
        made = subprocess.run([node, "-e", MAKE_KEY], capture_output=True, text=True, check=True)
        jwk = dict(json.loads(made.stdout), kid=f"key-{uuid.uuid4().hex[:8]}", use="sig", alg="RS256")
        self.key = Key(jwk)
        self.log = house.folder / "token-issuer.jsonl"
        self.log.touch()
        # Node looks for packages beside the program.
        program = house.folder / "issuer.mjs"
        shutil.copy(here / "issuer.mjs", program)
        (house.folder / "node_modules").symlink_to(modules / "node_modules")
        messages = open(house.folder / "issuer.err", "wb")
        self.child = house.start(
            [node, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages, text=True
        )
        about = {
            "passwords": {person.name: person.password for person in people},
            "clients": CLIENTS,
            "key": jwk,
            "token_life_seconds": TOKEN_LIFE_SECONDS,
            "log": str(self.log),
        }
        self.child.stdin.write(json.dumps(about) + "\n")
        self.child.stdin.flush()
        port = self.child.stdout.readline().strip()
        if not port:
            text = (house.folder / "issuer.err").read_text().strip().splitlines()
            raise needs.NotRun(f"the token issuer does not start: {text[-1] if text else 'no reason given'}")
        self.port = int(port)
        self.refresh_tokens = {}

    def ask(self, address, client, **form):
        """One request for a token from an address; the answer, or None where it is refused."""
        body = urllib.parse.urlencode({"client_id": client, **form})
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(address, 0)
        )
        try:
            connection.request(
                "POST", "/token", body,
                {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": f"lab-{client}"},
            )
            answer = connection.getresponse()
            text = json.loads(answer.read())
        finally:
            connection.close()
        return text if answer.status == 200 else None

    def token(self, way, address, client, account, password):
        """An access token by password, or by the refresh token kept for this device and place."""
        kept = (account, client, address)
        answer = None
        if way == "refresh" and kept in self.refresh_tokens:
            answer = self.ask(
                address, client, grant_type="refresh_token", refresh_token=self.refresh_tokens[kept]
            )
        if answer is None:
            answer = self.ask(
                address, client, grant_type="password", username=account, password=password
            )
            self.refresh_tokens[kept] = answer["refresh_token"]
        return answer["access_token"]
