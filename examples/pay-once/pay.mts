// Pays each order exactly once: a command is stored before it is submitted, and submitted again after a crash.
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync } from "node:fs";

import { type Command, Ducat } from "ducat-client";

const [url, orders, state] = process.argv.slice(2) as [string, string, string];

const commands = new Map<string, Command>();
const paid = new Set<string>();
for (const line of existsSync(state) ? readFileSync(state, "utf8").split("\n") : []) {
  let entry: { order: string; paid?: boolean; command: Command };
  try {
    entry = JSON.parse(line);
  } catch {
    // The end of what was written when the machine stopped: it was not submitted.
    continue;
  }
  if (entry.paid) paid.add(entry.order);
  else commands.set(entry.order, entry.command);
}

const file = openSync(state, "a");
function store(entry: object): void {
  // A line of its own, also after one that was cut off.
  appendFileSync(file, `\n${JSON.stringify(entry)}`);
  fsyncSync(file);
}

const server = new Ducat({ url, retryMs: 600_000 });
const ledger = await server.openLedger({
  name: "orders",
  assets: [{ code: "USD", scale: 2 }],
  implicit_accounts: true,
});

for (const order of readFileSync(orders, "utf8").split(/\s+/).filter(Boolean)) {
  if (paid.has(order)) continue;
  let command = commands.get(order);
  if (!command) {
    command = ledger.prepare({
      postings: [{ source: "world", destination: "shop:sales", amount: 19_99n }],
      metadata: { order },
    });
    store({ order, command });
  }
  await server.submit(command);
  store({ order, paid: true });
}
