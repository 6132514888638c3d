// A marketplace: orders that are held, sent, and refunded.
import assert from "node:assert/strict";

import { Ducat, DucatError, newId } from "ducat-client";

const FEE_PERCENT = 3n;

const server = new Ducat({ url: process.argv[2]! });
const market = await server.openLedger({
  name: "market",
  assets: [{ code: "USD", scale: 2 }],
  implicit_accounts: true,
});

/** Holds the price of an order. Gives the id of the hold. */
async function place(order: string, buyer: string, seller: string, price: bigint): Promise<string> {
  const fee = (price * FEE_PERCENT) / 100n;
  const command = market.prepare({
    postings: [
      { source: buyer, destination: seller, amount: price - fee },
      { source: buyer, destination: "fees", amount: fee },
    ],
    reference: order,
    pending: { timeout_s: 7 * 24 * 3600 },
  });
  // In earnest the command is stored before it is submitted: see pay-once.
  await server.submit(command);
  return command.id;
}

await server.submit(market.prepare({ postings: [{ source: "world", destination: "buyers:alice", amount: 100_00n }] }));

const sent = await place("order-1", "buyers:alice", "sellers:carol", 20_00n);
await market.post(sent);

const unsent = await place("order-2", "buyers:alice", "sellers:dave", 30_00n);
await market.void(unsent);

try {
  await place("order-1", "buyers:alice", "sellers:carol", 20_00n);
  assert.fail("one order is paid once");
} catch (error) {
  if (!(error instanceof DucatError)) throw error;
  assert.equal(error.code, "reference_taken");
  console.log(`refused: ${error.message}`);
}

// The goods came back.
await market.reverse(sent, { id: newId() });

for (const account of ["buyers:alice", "sellers:carol", "sellers:dave", "fees"]) {
  console.log(account.padEnd(16), (await market.balance(account)).posted);
}
assert.equal((await market.balance("buyers:alice")).posted, 100_00n);
assert.equal((await market.balance("fees")).posted, 0n);

let entries = 0;
for await (const entry of market.statement("buyers:alice")) {
  entries += 1;
  assert.equal(typeof entry.balance, "bigint");
}
assert.equal(entries, 5);
