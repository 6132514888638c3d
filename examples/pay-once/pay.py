"""Pays each order exactly once: a command is stored before it is submitted, and submitted again after a crash."""

import json
import os
import sys
from pathlib import Path

from ducat_client import Command, Ducat


def main(url: str, orders: Path, state: Path) -> None:
    commands: dict[str, Command] = {}
    paid: set[str] = set()
    if state.exists():
        for line in state.read_text().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                # The end of what was written when the machine stopped: it was not submitted.
                continue
            if entry.get("paid"):
                paid.add(entry["order"])
            else:
                commands[entry["order"]] = Command(**entry["command"])

    with state.open("a") as file, Ducat(url, retry_s=600) as server:
        ledger = server.open_ledger(
            {"name": "orders", "assets": [{"code": "USD", "scale": 2}], "implicit_accounts": True}
        )

        def store(entry: dict[str, object]) -> None:
            # A line of its own, also after one that was cut off.
            file.write("\n" + json.dumps(entry))
            file.flush()
            os.fsync(file.fileno())

        for order in orders.read_text().split():
            if order in paid:
                continue
            command = commands.get(order)
            if command is None:
                command = ledger.prepare(
                    {
                        "postings": [{"source": "world", "destination": "shop:sales", "amount": 1999}],
                        "metadata": {"order": order},
                    }
                )
                store({"order": order, "command": command.__dict__})
            server.submit(command)
            store({"order": order, "paid": True})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
