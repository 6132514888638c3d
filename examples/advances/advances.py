"""An advance: paid out, and collected by a run of every day."""

import datetime
import json
import sys
import time
from typing import Any

from ducat_client import Ducat, new_id


def main(url: str) -> None:
    with Ducat(url) as server:

        def call(method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
            content = None if body is None else json.dumps(body).encode()
            headers = {"idempotency-key": key} if key else None
            return server.fetch(method, f"/v1/ledgers/lending{path}", content, headers).json()

        server.open_ledger({"name": "lending", "assets": [{"code": "USD", "scale": 2}]})
        call("PUT", "/advances/terms", {"asset": "USD"})

        advance = new_id()
        opened = call("POST", "/advances", {"id": advance, "customer": "DE89370400440532013000", "amount": 120_000})
        print(f"opened: {opened['status']}")

        # The run of today: started twice under one key, it is one run. The first installment is due in a week.
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        runs = [call("POST", "/advances/runs", {"as_of": today}, key=f"run {today}") for _ in range(2)]
        assert runs[0]["id"] == runs[1]["id"], runs
        run = runs[0]
        while run["status"] == "running":
            time.sleep(0.1)
            run = call("GET", f"/advances/runs/{run['id']}")
        print(f"run of {today}: {run['status']}")
        assert run["status"] == "done", run

        shown = call("GET", f"/advances/{advance}")
        # It is owed once the report has said that it was paid out; the run of the next day reads that.
        print(f"{shown['status']}: owed {shown['owed']}, collected {shown['collected']}")
        assert (shown["amount"], shown["collected"]) == (120_000, 0), shown


if __name__ == "__main__":
    main(sys.argv[1])
