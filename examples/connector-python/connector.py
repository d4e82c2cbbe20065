"""A tax connector for Composable: one rate, and a ledger in memory. Python 3, standard library only.

    CONNECTOR_SECRET=… python3 connector.py 5095

The protocol is contracts/connector.openapi.json.
"""
import hashlib, hmac, json, os, sys, threading, time
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Two secrets live while one replaces the other; a key id names a secret without telling it.
SECRETS = {hashlib.sha256(b"composable-key-id\n" + secret.encode()).hexdigest()[:16]: secret.encode()
           for secret in (os.environ.get("CONNECTOR_SECRET"), os.environ.get("CONNECTOR_PREVIOUS_SECRET")) if secret}
WINDOW, LARGEST = 300, 1 << 20
sales, refunds, lock = {}, {}, threading.Lock()


class Problem(Exception):
    """Tells the hub what to do next: transient, rate_limited, misconfigured, rejected or outcome_unknown."""


def sign(secret, *lines):
    return hmac.new(secret, "\n".join(str(line) for line in lines).encode(), hashlib.sha256).hexdigest()


def quote(settings, request):
    """Tax on the sum, rounded half up once, and spread so that the parts add up to it."""
    rate = Fraction(str(settings.get("rate", 0)))
    if not 0 <= rate <= 1:
        raise Problem("misconfigured")
    amounts = [item["amount"] for item in request["items"]] + [request["shipping"] if settings.get("shippingTaxed", True) else 0]
    exact = [amount * rate / (1 + rate) if request["pricesIncludeTax"] else amount * rate for amount in amounts]
    total, parts = int(sum(exact) + Fraction(1, 2)), [int(part) for part in exact]
    for index in sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])[:total - sum(parts)]:
        parts[index] += 1
    return {"total": total, "items": {item["id"]: tax for item, tax in zip(request["items"], parts)}, "shipping": parts[-1],
            "lines": [{"title": "Sales tax", "rate": float(rate), "amount": total}] if total else []}


def commit(settings, sale):
    with lock:
        sales[sale["reference"]] = sale["tax"]["total"]     # the same reference twice is one sale
    return {}


def refund(settings, asked):
    with lock:
        entry = [asked["saleReference"], asked["amount"], asked["tax"]]
        if refunds.setdefault(asked["reference"], entry) != entry:
            raise Problem("rejected")
    return {}


def void(settings, sale):
    with lock:
        sales.pop(sale["reference"], None)
    return {}


def check_address(settings, address):
    return {"kind": "not_checked"}


def forget(settings, subject):
    return {"kind": "nothing_kept"}                         # sums by reference, and nobody's name or street


def check(settings, request):
    quote(settings, {"items": [], "shipping": 0, "pricesIncludeTax": False})
    return {}


OPERATIONS = {"/tax/quote": quote, "/tax/commit": commit, "/tax/refund": refund, "/tax/void": void, "/tax/check_address": check_address, "/forget": forget, "/check": check}
MANIFEST = {"id": "one-rate", "name": "One rate", "ports": ["tax"], "settings": {
    "type": "object", "required": ["rate"], "properties": {"rate": {"type": "number", "minimum": 0, "maximum": 1}, "shippingTaxed": {"type": "boolean"}}}}


class Connector(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= LARGEST:
            return self.send_error(413)
        body = self.rfile.read(size)
        if (secret := self.genuine(body)) is None:
            return self.answer(401, {}, None)
        if self.command == "GET":
            found = {"/manifest": MANIFEST, "/ledger": {"sales": sales, "refunds": refunds}}.get(self.path)
            return self.answer(200 if found else 404, found or {}, secret)
        if self.path not in OPERATIONS:
            return self.answer(404, {}, secret)
        try:
            call = json.loads(body)
            self.answer(200, OPERATIONS[self.path](call.get("settings") or {}, call["request"]), secret)
        except Problem as problem:
            self.answer(422, {"kind": str(problem)}, secret)
        except (KeyError, TypeError, ValueError):
            self.answer(422, {"kind": "rejected"}, secret)

    do_GET = do_POST

    def genuine(self, body):
        """The secret of a request that is fresh and signed with one we know."""
        secret, moment = SECRETS.get(self.headers.get("Composable-Key-Id", "")), self.headers.get("Composable-Timestamp", "")
        if secret is None or not moment.isdecimal() or abs(time.time() - int(moment)) > WINDOW:
            return None
        expected = sign(secret, moment, self.headers.get("Composable-Nonce", ""), self.command, self.path,
                        self.headers.get("Idempotency-Key", ""), hashlib.sha256(body).hexdigest())
        return secret if hmac.compare_digest(expected.encode(), self.headers.get("Composable-Signature", "").encode()) else None

    def answer(self, status, value, secret):
        body, moment = json.dumps(value).encode(), int(time.time())
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        if secret is not None:
            self.send_header("Composable-Key-Id", self.headers["Composable-Key-Id"])
            self.send_header("Composable-Timestamp", str(moment))
            self.send_header("Composable-Signature", sign(secret, moment, self.headers.get("Composable-Nonce", ""), status, hashlib.sha256(body).hexdigest()))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if not SECRETS:
        sys.exit("Set CONNECTOR_SECRET to the secret that the connection has in the hub.")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 5095), Connector)
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
