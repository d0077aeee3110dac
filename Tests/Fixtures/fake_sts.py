"""A fake of the AWS Security Token Service for tests.

    /usr/bin/python3 fake_sts.py

Prints `listening PORT`. Answers AssumeRole, whose SigV4 signature botocore must find good for the key that signed, and
AssumeRoleWithWebIdentity, which must carry the token `web/token+=`. The credentials of a role sign the next AssumeRole. The role
`arn:aws:iam::1:role/denied` is refused. GET /control tells what was asked: {"requests": [{"form", "signer", "region"}]}.
Ends when its standard input is closed.
"""

import datetime
import json
import re
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Key id to secret and session token.
KEYS = {"AKIABASE": ("base/secret+key", None), "ASIACONTAINER": ("s/+=", "session")}
REQUESTS = []
DENIED = "arn:aws:iam::1:role/denied"
ANSWER = """<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result><AssumedRoleUser><Arn>x</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>{1}</AccessKeyId><SecretAccessKey>{2}</SecretAccessKey><SessionToken>{3}</SessionToken>
<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></{0}Result></{0}Response>"""


class Refused(Exception):
    pass


def verify(headers, path, body):
    match = re.match(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})\Z",
        headers.get("authorization", ""),
    )
    if not match:
        raise Refused("MissingAuthenticationToken")
    key, _, region, service, signed, signature = match.groups()
    names = signed.split(";")
    if key not in KEYS:
        raise Refused("InvalidClientTokenId")
    secret, token = KEYS[key]
    if service != "sts" or not {"host", "x-amz-date", "content-type"} <= set(names) or headers.get("x-amz-security-token") != token:
        raise Refused("SignatureDoesNotMatch")
    stamp = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(stamp.timestamp() - time.time()) > 300:
        raise Refused("RequestExpired")
    request = AWSRequest("POST", f"http://{headers['host']}{path}", {name: headers[name] for name in names}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(key, secret, token), service, region)
    if auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request) != signature:
        raise Refused("SignatureDoesNotMatch")
    return key, region


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, json.dumps({"requests": REQUESTS}))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = dict(urllib.parse.parse_qsl(body.decode()))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            signer, region = None, None
            if form.get("Action") == "AssumeRole":
                signer, region = verify(headers, self.path, body)
            elif "authorization" in headers or form.get("WebIdentityToken") != "web/token+=":
                raise Refused("InvalidIdentityToken")
            if form["RoleArn"] == DENIED:
                raise Refused("AccessDenied")
        except Refused as refusal:
            return self.answer(403, f"<ErrorResponse><Error><Code>{refusal}</Code><Message>no</Message></Error></ErrorResponse>")
        REQUESTS.append({"form": form, "signer": signer, "region": region})
        key, secret, token = f"ASIA{len(REQUESTS)}", f"role/secret+{len(REQUESTS)}", f"token/+{len(REQUESTS)}=="
        KEYS[key] = (secret, token)
        return self.answer(200, ANSWER.format(form["Action"], key, secret, token))

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print("listening", server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
