#!/usr/bin/env python3
"""Makes the fixture of a release: a small store file with every product in it, and what its server answered.

    make.py DUCAT FOLDER [POSTGRES_URL PG_DUMP]

Every command is sent, and sent again when all is done; that response, a retry's, is recorded in `commands.ndjson`. The
files that were imported lie beside it. A later release must open the file, verify it, and give the same responses again.
"""

import gzip
import http.client
import http.server
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

DUCAT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
STORE = "sqlite:" + str(FOLDER / "ducat.db")
SOURCE = "sqlite:" + str(FOLDER / "half.db")
SENT, RECORDED, ORDERS = [], [], []


class Processor(http.server.BaseHTTPRequestHandler):
    """A payment processor whose report is what the script says it is."""

    protocol_version = "HTTP/1.0"  # No connection is kept: a processor that is stopped is gone.
    known, rows, is_down = {}, [], False

    def log_message(self, *_):
        pass

    def respond(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if Processor.is_down:
            return self.respond(503, b'{"error":"down"}')
        key = self.headers["Idempotency-Key"]
        number = Processor.known.setdefault(key, len(Processor.known) + 1)
        self.respond(200, json.dumps({"transaction_id": f"t{number}"}).encode())

    def do_GET(self):
        self.respond(200, "".join(f"{row}\n" for row in Processor.rows).encode(), "text/csv")


def start_processor():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Processor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def start_server(processor):
    command = [DUCAT, "serve", "--listen", "127.0.0.1:0", "--log", "warn", "--store", STORE]
    child = subprocess.Popen(command + ["--processor-url", processor], stdout=subprocess.PIPE, text=True)
    first = child.stdout.readline()
    return child, next(word for word in first.split() if word.startswith("http://"))[7:]


def call(method, path, body=None, headers=None, kind="application/json"):
    status, said = send(method, path, body, headers, kind)
    return status, (json.loads(said) if said[:1] in ("{", "[") else said)


def send(method, path, body=None, headers=None, kind="application/json"):
    connection = http.client.HTTPConnection(ADDRESS)
    text = body if isinstance(body, (str, type(None))) else json.dumps(body)
    sent = dict(headers or {})
    if text is not None:
        sent["Content-Type"] = kind
    connection.request(method, path, text, sent)
    response = connection.getresponse()
    said = response.read().decode()
    return response.status, said


def command(path, body, key=None, expected=None, method="POST", kind="application/json", headers=None):
    """Sends a command that has an id, to be repeated later."""
    headers = {"Idempotency-Key": key} if key else headers
    status, said = call(method, path, body, headers, kind)
    assert expected in (None, status), (path, body, status, said)
    SENT.append((method, path, body, headers, kind))
    return said


def repeat(method, path, body, headers, kind):
    status, said = send(method, path, body, headers, kind)
    text = body if isinstance(body, str) else json.dumps(body)
    RECORDED.append({"method": method, "path": path, "headers": {**(headers or {}), "Content-Type": kind}, "body": text,
                     "status": status, "response": said})


def identity(number):
    return f"01900000-0000-7000-8000-{number:012d}"


def the_ledger():
    base = "/v1/ledgers/shop"
    command("/v1/ledgers", {"name": "shop", "assets": [{"code": "USD", "scale": 2}, {"code": "BTC", "scale": 8}],
                          "implicit_accounts": True, "rank_by_entries": True}, expected=201)
    command(base + "/accounts", {"name": "users:bob", "asset": "USD", "min_balance": -5000, "max_balance": 90000,
                               "metadata": {"tier": "gold"}}, expected=201)
    command(base + "/accounts", {"name": "users:ice", "asset": "USD"}, expected=201)
    command(base + "/accounts", {"name": "users:gone", "asset": "USD"}, expected=201)

    def move(number, source, destination, amount, expected=201, asset="USD", **more):
        posting = {"source": source, "destination": destination, "asset": asset, "amount": amount}
        return command(base + "/transactions", {"id": identity(number), "postings": [posting], **more}, expected=expected)

    move(1, "world", "users:alice", 100000, description="top-up", reference="top-up-1", metadata={"till": "7"})
    move(2, "users:alice", "users:bob", 2500)
    move(3, "users:bob", "shop:sales", 7000)
    move(4, "users:bob", "shop:sales", 7000, expected=422)
    move(5, "world", "users:alice", "123456789012345678901234567890", asset="BTC")
    move(6, "world", "users:alice", 777, effective_at="2020-02-29T12:00:00Z")
    move(7, "world", "users:bob", 123, effective_at="2019-01-01T00:00:00Z")
    move(8, "users:alice", "shop:sales", 900, pending={"timeout_s": 86400 * 365 * 50})
    move(9, "users:alice", "shop:sales", 800, pending={})
    move(10, "users:alice", "shop:sales", 700, pending={})
    move(11, "users:alice", "shop:sales", 600, pending={})
    move(12, "users:alice", "shop:sales", 500, pending={"timeout_s": 1})
    command(f"{base}/transactions/{identity(9)}/post", {"amount": 650}, expected=200)
    command(f"{base}/transactions/{identity(10)}/void", "{}", expected=200)
    move(13, "users:alice", "shop:sales", 400)
    command(f"{base}/transactions/{identity(13)}/reverse", {"id": identity(14)}, expected=201)
    command(base + "/transactions", {"id": identity(15), "postings": [
        {"source": "users:alice", "destination": "shop:sales", "asset": "USD", "amount": 10},
        {"source": "users:alice", "destination": "shop:fees", "asset": "USD", "amount": 1},
        {"sources": [{"account": "users:bob"}, {"account": "users:alice", "keep": 100}],
         "destination": "shop:sales", "asset": "USD", "amount": 900}]}, expected=201)
    command(base + "/transactions/batch", {"atomic": False, "transactions": [
        {"id": identity(100 + n), "postings": [{"source": "users:alice", "destination": "users:carol",
                                                "asset": "USD", "amount": 1 + n}]} for n in range(150)]})
    command(base + "/transactions/batch", {"atomic": True, "transactions": [
        {"id": identity(300), "postings": [{"source": "users:alice", "destination": "users:carol", "asset": "USD",
                                            "amount": 1}]},
        {"id": identity(301), "postings": [{"source": "users:carol", "destination": "world", "asset": "USD",
                                            "amount": 99999999}]}]})
    command(base + "/transactions", {"postings": [{"source": "users:alice", "destination": "shop:sales", "asset": "USD",
                                                 "amount": 5}]}, key="order-17")
    call("PATCH", base + "/accounts/users:ice", {"frozen": True})
    call("PATCH", base + "/accounts/users:gone", {"closed": True})
    move(16, "world", "users:ice", 5, expected=422)
    move(17, "world", "users:gone", 5, expected=422)


def the_small_apis():
    account = "11111111-1111-4111-8111-{:012d}".format
    for number, (of, amount) in enumerate([(1, 7), (1, -20), (2, 5), (2, 0), (1, 3)]):
        body = {"account_id": account(of), "amount": amount}
        headers = {"Transaction-Id": f"00000000-0000-4000-8000-{number:012d}"}
        command("/amount", body, headers=headers, expected=200)
    for name in ("Savings", "Checking", "Old"):
        command("/accounts", {"name": name}, key=f"open-{name}", expected=201)
    command("/accounts/Savings/deposit", {"amount": 100.25}, key="payday", expected=201)
    command("/accounts/Savings/transfer", {"to": "Checking", "amount": "12.50"}, key="move", expected=201)
    command("/accounts/Checking/links", {"name": "Savings"}, key="link")
    command("/accounts/Checking/withdraw", {"amount": 80}, key="rent", expected=201)
    command("/accounts/Checking/withdraw", {"amount": 800}, key="too-much", expected=422)
    headers = {"Idempotency-Key": "later", "Prefer": "respond-async"}
    taken = command("/accounts/Savings/withdraw", {"amount": 1}, headers=headers, expected=202)
    while call("GET", taken["_links"]["status"]["href"])[1]["status"] == "accepted":
        time.sleep(0.05)
    assert call("DELETE", "/accounts/Old")[0] == 204


def the_points():
    for number, (payer, points, day) in enumerate([("DANNON", 300, "10-31T10"), ("UNILEVER", 200, "10-31T11"),
                                                   ("DANNON", -200, "10-31T15"), ("MILLER COORS", 10000, "11-01T14"),
                                                   ("DANNON", 1000, "11-02T14")]):
        command("/add", {"payer": payer, "points": points, "timestamp": f"2022-{day}:00:00Z"}, key=f"add-{number}",
              expected=200)
    command("/spend", {"points": 5000}, key="spend", expected=200)
    command("/spend", {"points": 50000}, key="spend-too-much", expected=400)
    base = "/v1/ledgers/shop"
    command(base + "/assets", {"code": "PTS", "scale": 0}, expected=201)
    command(base + "/points/program", {"asset": "PTS", "order": "earned", "lifetime_days": 36500, "pending_days": 0},
          method="PUT", expected=200)
    member = base + "/points/members/mary"
    for number, (payer, points, earned) in enumerate([("DANNON", 300, "2026-02-01"), ("KRAFT", 500, "2026-01-01"),
                                                      ("DANNON", 50, "2025-12-01"), ("Müller & Söhne", 70, "2026-03-01")]):
        command(member + "/earn", {"id": identity(1000 + number), "payer": payer, "points": points,
                                 "earned_at": f"{earned}T00:00:00Z", "metadata": {"n": str(number)}}, expected=201)
    command(member + "/earn", {"id": identity(1010), "payer": "KRAFT", "points": 40, "earned_at": "2026-01-05T00:00:00Z",
                             "expires_at": "2099-01-01T00:00:00Z"}, expected=201)
    command(member + "/spend", {"id": identity(1020), "points": 400}, expected=201)
    command(f"{base}/points/spends/{identity(1020)}/refund", {"points": 120}, key="refund-1", expected=201)
    command(member + "/spend", {"id": identity(1021), "points": 99999}, expected=422)
    command(member + "/spend", {"id": identity(1022), "points": 100}, expected=201)
    command(f"{base}/points/spends/{identity(1022)}/refund", {}, key="refund-2", expected=201)
    for number in range(40):
        command(f"{base}/points/members/many/earn", {"id": identity(1100 + number), "payer": "DANNON", "points": 10 + number,
                                                   "earned_at": f"2026-04-{1 + number * 7 % 28:02d}T00:00:00Z"})
    command(f"{base}/points/members/many/spend", {"id": identity(1200), "points": 333}, expected=201)
    # Expired on arrival, and expired by a call.
    command(member + "/earn", {"id": identity(1030), "payer": "OLD", "points": 9, "earned_at": "2001-01-01T00:00:00Z",
                             "expires_at": "2002-01-01T00:00:00Z"}, expected=201)
    call("POST", base + "/points/expire", {"as_of": "2099-06-01T00:00:00Z"})
    call("PUT", base + "/points/program", {"asset": "PTS", "order": "earned", "lifetime_days": None, "pending_days": 30000})
    command(member + "/earn", {"id": identity(1040), "payer": "KRAFT", "points": 77, "earned_at": "2026-11-01T00:00:00Z"},
          expected=201)
    rows = FOLDER.joinpath("points.csv").read_text()
    command(base + "/points/import", rows, kind="text/csv", expected=200)


def the_advances():
    base = "/v1/ledgers/advances/advances"
    start = int(time.time()) // 86400

    def day(number):
        return time.strftime("%Y-%m-%d", time.gmtime((start + number) * 86400))

    def run(number, rows):
        Processor.rows = rows
        status, begun = call("POST", base + "/runs", {"as_of": day(number)})
        assert status == 202, begun
        while call("GET", f"{base}/runs/{begun['id']}")[1]["status"] == "running":
            time.sleep(0.05)
        assert call("GET", f"{base}/runs/{begun['id']}")[1]["status"] == "done"

    def advance(key, account, amount, expected=200):
        said = command("/perform_advance", {"dst_bank_account": account, "amount": amount}, key=key, expected=expected)
        return said["advance_id"], said["transaction_id"]

    paid = [advance(f"a{n}", f"bank-{n}", 1200) for n in range(8)]
    failed = advance("failed", "bank-failed", 10)
    silent = advance("silent", "bank-silent", 20)
    Processor.is_down = True
    advance("late", "bank-late", 30, expected=202)
    Processor.is_down = False
    sent = [f"{transaction},success" for _, transaction in paid] + [f"{failed[1]},fail", "unknown-1,success"]
    run(1, sent)
    call("POST", f"{base}/reports", "t1,success\nwhat is this\n", kind="text/csv")

    def debit(number, week):
        plan = call("GET", f"{base}/{paid[number][0]}")[1]["plan"]
        return plan[week]["attempt"]["transaction_id"]

    for number in range(2, 8):
        run(number, [])
    run(8, [])
    words = [f"{debit(0, 0)},success", f"{debit(1, 0)},fail", f"{debit(2, 0)},success", f"{debit(4, 0)},success",
             f"{debit(5, 0)},success"]
    for number in range(9, 14):
        run(number, words)
    # What nothing was said of is timed out by now; then one is reported late, and one changes its mind.
    late = debit(3, 0)
    run(15, words + [f"{debit(2, 0)},fail"])
    run(16, [f"{late},success"])
    call("POST", f"{base}/{paid[4][0]}/write-off")
    call("POST", f"{base}/{paid[5][0]}/pay-off")
    run(17, [])
    plan = call("GET", f"{base}/{paid[5][0]}")[1]["plan"]
    rest = [one["attempt"]["transaction_id"] for one in plan if one["attempt"] and one["attempt"]["transaction_id"]]
    run(18, [f"{transaction},success" for transaction in rest])
    # A credit that was paid out and is returned, after something was collected.
    run(19, [f"{paid[6][1]},fail"])
    advance("sent", "bank-sent", 50)
    # Only where the processor cannot be reached at all is it certain that it has nothing.
    PROCESSOR.shutdown()
    PROCESSOR.server_close()
    cancelled = advance("cancelled", "bank-cancelled", 40, expected=202)
    assert call("POST", f"{base}/{cancelled[0]}/cancel")[0] == 200
    advance("accepted", "bank-accepted", 60, expected=202)
    statuses = {one["status"] for one in call("GET", f"{base}?limit=100")[1]["data"]}
    assert len(statuses) == 8, statuses


def the_changes():
    """What was added after 0.1.0: scales that change, ledgers that end, reversals in part, orders that are refused."""
    command("/v1/ledgers", {"name": "scales", "assets": [{"code": "USD", "scale": 0}]}, expected=201)
    for asset, scale in (("EUR", 2), ("JPY", 0)):
        command("/v1/ledgers/scales/assets", {"code": asset, "scale": scale}, expected=201)
    command("/v1/ledgers/scales/assets/USD", {"scale": 3}, method="PATCH", key="rescale", expected=200)
    command("/v1/ledgers/scales", {"default_asset": "EUR"}, method="PATCH", key="default", expected=200)
    base = "/v1/ledgers/shop"
    command(base + "/transactions", {"id": identity(6000), "postings": [
        {"source": "world", "destination": "users:alice", "asset": "USD", "amount": 900},
        {"source": "world", "destination": "users:carol", "asset": "USD", "amount": 60}]}, expected=201)
    command(f"{base}/transactions/{identity(6000)}/reverse",
            {"id": identity(6001), "postings": [{"posting": 0, "amount": 250}]}, expected=201)
    command(f"{base}/transactions/{identity(6000)}/reverse", {"id": identity(6002)}, expected=201)
    # Names in another form of Unicode are one name.
    command(base + "/points/members/Zoe%CC%88/earn",
            {"id": identity(6010), "payer": "KRAFT", "points": 5, "earned_at": "2026-04-01T00:00:00Z"}, expected=201)
    headers = {"Idempotency-Key": "refused-later", "Prefer": "respond-async"}
    taken = command("/accounts/Savings/withdraw", {"amount": 100000}, headers=headers, expected=202)
    ORDERS.append(taken["_links"]["status"]["href"])
    while call("GET", ORDERS[-1])[1]["status"] == "accepted":
        time.sleep(0.05)
    for name in ("archived", "reopened", "deleted"):
        command("/v1/ledgers", {"name": name, "assets": [{"code": "USD", "scale": 2}], "implicit_accounts": True})
    posting = {"source": "world", "destination": "last", "asset": "USD", "amount": 5}
    for number, name in enumerate(("archived", "reopened")):
        command(f"/v1/ledgers/{name}/transactions", {"id": identity(6020 + number), "postings": [posting]}, expected=201)
        command(f"/v1/ledgers/{name}", {"archived": True}, method="PATCH", key=f"archive-{name}", expected=200)
    command("/v1/ledgers/reopened", {"archived": False}, method="PATCH", key="reopen", expected=200)


def the_journal():
    rows = FOLDER.joinpath("journal.csv")
    subprocess.run([DUCAT, "import", str(rows), "--ledger", "book", "--scale", "USD=2", "--store", STORE], check=True)


def the_arrival():
    """A ledger that is being moved here, and of which the last batch has not come."""
    rows = FOLDER.joinpath("journal.csv")
    subprocess.run([DUCAT, "import", str(rows), "--ledger", "half", "--scale", "USD=2", "--store", SOURCE], check=True)
    subprocess.run([DUCAT, "move", "--from", SOURCE, "--to", STORE], check=True)
    database = sqlite3.connect(FOLDER / "ducat.db")
    database.execute("UPDATE ledgers SET arriving = 1 WHERE name = 'half'")
    database.commit()
    database.close()
    # The batch that has not come.
    last = FOLDER / "last.csv"
    last.write_text("transaction_id,effective_at,description,account,asset,amount\n"
                    f"{identity(5999)},2026-03-01T00:00:00Z,last,Assets:Bank0,USD,1.25\n"
                    f"{identity(5999)},2026-03-01T00:00:00Z,last,Income:Work,USD,-1.25\n")
    subprocess.run([DUCAT, "import", str(last), "--ledger", "half", "--store", SOURCE], check=True)
    last.unlink()


def pages(path):
    data, cursor = [], None
    while True:
        query = "limit=1000" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else "")
        page = call("GET", f"{path}?{query}")[1]
        data += page["data"]
        cursor = page["next"]
        if cursor is None:
            return data


def the_state():
    """Everything that is there, as the API shows it."""
    ledgers = pages("/v1/ledgers")
    state = {"ledgers": ledgers, "accounts": {}, "points": {}, "advances": []}
    for ledger in ledgers:
        state["accounts"][ledger["name"]] = pages(f"/v1/ledgers/{ledger['name']}/accounts")
    for ledger, member in (("points", "default"), ("shop", "mary"), ("shop", "many"), ("shop", "marc")):
        path = f"/v1/ledgers/{ledger}/points/members/{member}"
        state["points"][f"{ledger}/{member}"] = {"member": call("GET", path)[1], "lots": pages(path + "/lots"),
                                                 "history": pages(path + "/history")}
    base = "/v1/ledgers/advances/advances"
    state["advances"] = [call("GET", f"{base}/{one['id']}")[1] for one in pages(base)]
    state["exceptions"] = pages(base + "/exceptions")
    state["orders"] = {order: call("GET", order)[1] for order in ORDERS}
    return state


FOLDER.mkdir(parents=True, exist_ok=True)
FOLDER.joinpath("points.csv").write_text(
    "member,payer,points,timestamp\n"
    + "".join(f"{('marc', 'lea')[n % 2]},{('DANNON', 'KRAFT', 'NESTLE')[n % 3]},{100 + n},2026-0{1 + n % 9}-01T00:00:00Z\n"
              for n in range(60))
    + "marc,DANNON,-50,2026-05-01T00:00:00Z\nmarc,DANNON,-99999,2026-05-01T00:00:00Z\nmarc,,5,2026-05-01T00:00:00Z\n")
FOLDER.joinpath("journal.csv").write_text(
    "transaction_id,effective_at,description,account,asset,amount\n"
    + "".join(f"{identity(5000 + n)},20{10 + n % 15}-03-0{1 + n % 9}T00:00:00Z,row {n},Assets:Bank{n % 3},USD,{n}.25\n"
              f"{identity(5000 + n)},20{10 + n % 15}-03-0{1 + n % 9}T00:00:00Z,row {n},Income:Work,USD,-{n}.25\n"
              for n in range(80)))
the_journal()
PROCESSOR = start_processor()
child, ADDRESS = start_server(f"http://127.0.0.1:{PROCESSOR.server_port}")
the_ledger()
the_small_apis()
the_points()
the_changes()
the_advances()
# The hold of a second must have ended.
while call("GET", f"/v1/ledgers/shop/transactions/{identity(12)}")[1]["status"] == "pending":
    time.sleep(0.1)
child.terminate()
child.wait()
subprocess.run([DUCAT, "ledger", "delete", "deleted", "--store", STORE], check=True)
the_arrival()
child, ADDRESS = start_server("http://127.0.0.1:9")
for sent in SENT:
    repeat(*sent)
child.terminate()
child.wait()
# The server is killed right after a commit, so that its log is not folded into the file yet.
KEPT = FOLDER / "kept"
for attempt in range(10):
    child, ADDRESS = start_server("http://127.0.0.1:9")
    call("POST", "/v1/ledgers/shop/transactions", {"id": identity(7000 + attempt), "postings": [
        {"source": "world", "destination": "users:late", "asset": "USD", "amount": 1}]})
    state = the_state()
    child.kill()
    child.wait()
    if (FOLDER / "ducat.db-wal").stat().st_size > 0:
        break
KEPT.mkdir()
for name in ("ducat.db", "ducat.db-wal"):
    shutil.copy(FOLDER / name, KEPT / name)
with sqlite3.connect(FOLDER / "ducat.db") as database:
    heads = database.execute("SELECT name, batch, seq, lower(hex(hash)) FROM ledgers WHERE arriving = 0 AND state < 2 ORDER BY name")
    state["heads"] = [dict(zip(("ledger", "batch", "seq", "hash"), head)) for head in heads]
database.close()
FOLDER.joinpath("commands.ndjson").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in RECORDED))
FOLDER.joinpath("state.json").write_text(json.dumps(state, indent=1, ensure_ascii=False) + "\n")
subprocess.run([DUCAT, "move", "--from", SOURCE, "--to", STORE], check=True)
verified = subprocess.run([DUCAT, "verify", "--store", STORE], check=True, capture_output=True, text=True).stdout
FOLDER.joinpath("verify.txt").write_text(verified)
if len(sys.argv) > 3:
    url, pg_dump = sys.argv[3:5]
    subprocess.run([DUCAT, "move", "--from", STORE, "--to", url], check=True)
    dump = subprocess.run([pg_dump, "--no-owner", "--no-privileges", url], check=True, capture_output=True).stdout
    FOLDER.joinpath("ducat.sql.gz").write_bytes(gzip.compress(dump, 9, mtime=0))
FOLDER.joinpath("half.db.gz").write_bytes(gzip.compress(FOLDER.joinpath("half.db").read_bytes(), 9, mtime=0))
for leftover in [*FOLDER.glob("ducat.db*"), *FOLDER.glob("half.db"), *FOLDER.glob("half.db.[hl]*"), *FOLDER.glob("half.db-*")]:
    leftover.unlink()
for kept in KEPT.iterdir():
    kept.rename(FOLDER / kept.name)
KEPT.rmdir()
print(verified, len(RECORDED), "commands")
