// Against servers of our own that fail in every way.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

import { Ducat, DucatError, newId, verifyWebhook } from "../dist/index.js";

/** A server that answers by a list of outcomes, and keeps what it was sent. */
async function scripted(outcomes) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({ method: request.method, url: request.url, body: Buffer.concat(chunks).toString() });
      const outcome = outcomes[Math.min(seen.length, outcomes.length) - 1];
      if (outcome === "cut") return request.socket.destroy();
      if (outcome === "half") {
        response.writeHead(201, { "content-type": "application/json", "content-length": "1000" });
        return response.write('{"id":', () => request.socket.destroy());
      }
      const [status, headers, body] = outcome;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, seen, close: () => server.close() };
}

const ID = "01900000-0000-7000-8000-000000000001";
const DONE = [201, {}, { id: ID, seq: 1, postings: [{ amount: "9007199254740993" }] }];
const problem = (status, code, headers = {}) => [status, headers, { status, code, detail: `it is ${code}` }];
const transfer = { id: ID, postings: [{ source: "world", destination: "a", amount: 1n }] };

test("a command is sent again with the same bytes until a response comes", async () => {
  const outcomes = ["cut", "half", problem(503, "starting", { "retry-after": "0" }), problem(504, "outcome_unknown"), DONE];
  const server = await scripted(outcomes);
  const ducat = new Ducat({ url: server.url });
  const command = ducat.ledger("shop").prepare(transfer);
  const { transaction } = await ducat.submit(command);
  assert.equal(transaction.postings[0].amount, 9007199254740993n);
  assert.equal(server.seen.length, 5);
  assert.deepEqual(new Set(server.seen.map((one) => one.body)), new Set([command.body]));
  server.close();
});

test("what has no id is sent once", async () => {
  for (const outcome of ["cut", problem(504, "outcome_unknown")]) {
    const server = await scripted([outcome, DONE]);
    const ducat = new Ducat({ url: server.url });
    await assert.rejects(ducat.fetch("POST", "/v1/ledgers/shop/transactions", JSON.stringify({ postings: [] })), (error) => {
      assert.ok(error instanceof DucatError && error.isOutcomeUnknown, String(error));
      return true;
    });
    assert.equal(server.seen.length, 1);
    server.close();
  }
});

test("a batch is sent again if each of its transactions has an id", async () => {
  for (const [transactions, times] of [[[{ id: newId() }, { id: newId() }], 2], [[{ id: newId() }, {}], 1], [[], 1]]) {
    const server = await scripted(["cut", DONE]);
    const ducat = new Ducat({ url: server.url });
    await ducat.fetch("POST", "/v1/ledgers/shop/transactions/batch", JSON.stringify({ transactions })).catch(() => undefined);
    assert.equal(server.seen.length, times, JSON.stringify(transactions));
    server.close();
  }
});

test("a refusal is not sent again", async () => {
  for (const refusal of [problem(422, "insufficient_funds"), problem(409, "id_reused"), problem(503, "processor_not_configured")]) {
    const server = await scripted([refusal, DONE]);
    const ducat = new Ducat({ url: server.url });
    await assert.rejects(ducat.submit(ducat.ledger("shop").prepare(transfer)), { code: refusal[2].code });
    assert.equal(server.seen.length, 1);
    server.close();
  }
});

test("it ends when the time is over, and says that the outcome is unknown", async () => {
  const server = await scripted(["cut"]);
  const ducat = new Ducat({ url: server.url, retryMs: 300 });
  await assert.rejects(ducat.submit(ducat.ledger("shop").prepare(transfer)), (error) => error.isOutcomeUnknown);
  assert.ok(server.seen.length > 1);
  server.close();
});

test("what one attempt left unknown stays unknown, whatever comes after it", async () => {
  for (const [first, then] of [
    [problem(504, "outcome_unknown"), problem(503, "store_unavailable", { "retry-after": "0" })],
    ["cut", problem(429, "rate_limited", { "retry-after": "60" })],
    ["cut", problem(401, "invalid_key")],
  ]) {
    const server = await scripted([first, then]);
    const ducat = new Ducat({ url: server.url, retryMs: 400 });
    await assert.rejects(ducat.submit(ducat.ledger("shop").prepare(transfer)), (error) => {
      assert.ok(error.isOutcomeUnknown, error.code);
      return true;
    });
    server.close();
  }
  // A refusal of the ledger says what became of it.
  const server = await scripted(["cut", problem(422, "insufficient_funds")]);
  const ducat = new Ducat({ url: server.url });
  await assert.rejects(ducat.submit(ducat.ledger("shop").prepare(transfer)), (error) => !error.isOutcomeUnknown);
  server.close();
});

test("a redirect is not followed, and another's response is no success", async () => {
  for (const outcome of [[301, { location: "/elsewhere" }, {}], [201, {}, { id: newId(), postings: [] }]]) {
    const server = await scripted([outcome, DONE]);
    const ducat = new Ducat({ url: server.url });
    await assert.rejects(ducat.submit(ducat.ledger("shop").prepare(transfer)), DucatError);
    assert.equal(server.seen.length, 1);
    server.close();
  }
});

test("what is made by name is asked for again, and what is deleted by name is not", async () => {
  for (const [method, path, times] of [
    ["POST", "/v1/ledgers", 2],
    ["POST", "/v1/ledgers/shop/accounts", 2],
    ["POST", `/v1/ledgers/shop/transactions/${ID}/void`, 2],
    ["POST", `/v1/ledgers/shop/transactions/${ID}/reverse`, 1],
    ["DELETE", "/accounts/Savings", 1],
    ["DELETE", `/v2/accounts/${ID}`, 2],
    ["DELETE", `/v2/accounts/${ID}/links/x`, 1],
    ["PUT", "/v1/ledgers/shop/points/program", 2],
  ]) {
    const server = await scripted(["cut", DONE]);
    const ducat = new Ducat({ url: server.url });
    await ducat.fetch(method, path, method === "DELETE" ? undefined : "{}").catch(() => undefined);
    assert.equal(server.seen.length, times, `${method} ${path}`);
    server.close();
  }
});

test("no id is made where one must be stored", async () => {
  const ledger = new Ducat({ url: "http://127.0.0.1:9" }).ledger("shop");
  await assert.rejects(ledger.transact({ ...transfer, id: undefined }), TypeError);
  await assert.rejects(ledger.reverse(ID, { id: null }), TypeError);
});

test("a server asks for time, and gets it", async () => {
  const server = await scripted([problem(429, "rate_limited", { "retry-after": "1" }), DONE]);
  const ducat = new Ducat({ url: server.url });
  const begun = Date.now();
  await ducat.submit(ducat.ledger("shop").prepare(transfer));
  assert.ok(Date.now() - begun >= 1_000);
  server.close();
});

test("webhooks are verified", () => {
  // The example of the specification.
  const body = '{"test": 2432232314}';
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const now = new Date(1614265330_000);
  assert.deepEqual(verifyWebhook(body, headers, secret, now), { test: 2432232314 });
  assert.throws(() => verifyWebhook(`${body} `, headers, secret, now), /no signature fits/);
  assert.throws(() => verifyWebhook(body, headers, secret, new Date(1614265631_000)), /too far off/);
  assert.throws(() => verifyWebhook(body, { ...headers, "webhook-id": "" }, secret, now), /missing/);
  assert.throws(() => verifyWebhook(body, headers, "whsec_AAAA", now), /no signature fits/);
});

test("ids are in order of time, and UUIDs of version 7", () => {
  const ids = Array.from({ length: 100 }, newId);
  assert.ok(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)));
  const times = ids.map((id) => id.slice(0, 13));
  assert.deepEqual(times, [...times].sort());
});
