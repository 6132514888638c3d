// Against a server at DUCAT_URL, which the tests may fill.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Ducat, DucatError, newId } from "../dist/index.js";

const url = process.env.DUCAT_URL;
assert.ok(url, "DUCAT_URL names a server: run `cargo xtask clients`");
const server = new Ducat({ url });
const ledger = await server.openLedger({
  name: `ts-${newId()}`,
  assets: [{ code: "USD", scale: 2 }],
  implicit_accounts: true,
});
const world = (destination, amount) => ({ postings: [{ source: "world", destination, amount }] });

test("amounts are bigint, however large", async () => {
  const large = 10n ** 30n;
  const { transaction, isReplay } = await server.submit(ledger.prepare(world("large", large)));
  assert.equal(isReplay, false);
  assert.equal(transaction.postings[0].amount, large);
  assert.equal((await ledger.balance("large")).posted, large);
  await server.submit(ledger.prepare(world("small", 5n)));
  const { USD } = (await ledger.account("small")).balances;
  assert.equal(USD.posted, 5n);
  assert.equal(USD.available, 5n);
  assert.equal(typeof USD.entries, "number");
});

test("metadata stays text, whatever it looks like", async () => {
  const metadata = { amount: "12", posted: "13" };
  const { transaction } = await server.submit(ledger.prepare({ ...world("texts", 1n), metadata }));
  assert.deepEqual(transaction.metadata, metadata);
});

test("a command counts once, also after it was stored as text", async () => {
  const command = ledger.prepare(world("once", 7n));
  const first = await server.submit(command);
  const second = await server.submit(JSON.parse(JSON.stringify(command)));
  assert.deepEqual([first.isReplay, second.isReplay], [false, true]);
  assert.equal(first.transaction.seq, second.transaction.seq);
  assert.equal((await ledger.balance("once")).posted, 7n);
});

test("a refusal has a code and a sentence", async () => {
  const id = newId();
  const transfer = { id, postings: [{ source: "nobody", destination: "once", amount: 1n }] };
  await assert.rejects(ledger.transact(transfer), (error) => {
    assert.ok(error instanceof DucatError);
    assert.equal(error.code, "insufficient_funds");
    assert.equal(error.status, 422);
    assert.equal(error.isOutcomeUnknown, false);
    return true;
  });
});

test("holds are posted and voided once, however often one asks", async () => {
  await server.submit(ledger.prepare(world("holder", 100n)));
  const hold = { postings: [{ source: "holder", destination: "shop", amount: 60n }], pending: { timeout_s: 3600 } };
  const one = ledger.prepare(hold);
  await server.submit(one);
  assert.equal((await ledger.account("holder")).balances.USD.pending_out, 60n);
  for (let times = 0; times < 2; times += 1) await ledger.post(one.id, { amount: 40n });
  await assert.rejects(ledger.post(one.id, { amount: 1_000n }), DucatError);
  const other = ledger.prepare(hold);
  await server.submit(other);
  for (let times = 0; times < 2; times += 1) await ledger.void(other.id);
  assert.equal((await ledger.balance("holder")).posted, 60n);
  const reversal = { id: newId() };
  for (let times = 0; times < 2; times += 1) await ledger.reverse(one.id, reversal);
  assert.equal((await ledger.balance("holder")).posted, 100n);
});

test("lists are read page by page", async () => {
  for (let number = 0; number < 25; number += 1) await server.submit(ledger.prepare(world("many", 1n)));
  const balances = [];
  for await (const entry of ledger.statement("many", { limit: 4 })) balances.push(entry.balance);
  assert.equal(balances.length, 25);
  assert.equal(new Set(balances).size, 25);
  let transactions = 0;
  for await (const one of ledger.transactions({ account: "many", limit: 7 })) {
    transactions += 1;
    assert.equal(typeof one.postings[0].amount, "bigint");
  }
  assert.equal(transactions, 25);
  let last = 0;
  for await (const event of ledger.events(0, 10)) {
    assert.equal(event.seq, last + 1);
    last = event.seq;
  }
  assert.ok(last > 25);
});

test("every operation is there, with bigint too", async () => {
  const { data } = await server.raw.GET("/v1/ledgers/{ledger}/accounts/{account}/balance", {
    params: { path: { ledger: ledger.name, account: "many" } },
  });
  assert.equal(data.posted, 25n);
  const { error, response } = await server.raw.GET("/v1/ledgers/{ledger}", { params: { path: { ledger: "nowhere" } } });
  assert.equal(response.status, 404);
  assert.equal(error.code, "ledger_not_found");
});
