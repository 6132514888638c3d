"""A points shop: earned from partners, spent oldest first, refunded."""

import json
import sys
from typing import Any

from ducat_client import Ducat, DucatError, new_id


def main(url: str) -> None:
    with Ducat(url) as server:

        def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
            content = None if body is None else json.dumps(body).encode()
            return server.fetch(method, f"/v1/ledgers/loyalty{path}", content).json()

        server.open_ledger({"name": "loyalty", "assets": [{"code": "PTS", "scale": 0}]})
        call("PUT", "/points/program", {"asset": "PTS", "order": "earned"})

        alice = "/points/members/alice"
        # The airline's points arrive later, and are older: they are spent first.
        for payer, points, earned_at in [
            ("HOTEL", 500, "2026-03-01T00:00:00Z"),
            ("AIRLINE", 300, "2026-01-15T00:00:00Z"),
        ]:
            call("POST", f"{alice}/earn", {"id": new_id(), "payer": payer, "points": points, "earned_at": earned_at})

        spend = new_id()
        spent = call("POST", f"{alice}/spend", {"id": spend, "points": 400})
        taken = {of["payer"]: of["points"] for of in spent["deductions"]}
        print(f"400 points for a kettle: {taken}")
        assert taken == {"AIRLINE": -300, "HOTEL": -100} or taken == {"AIRLINE": 300, "HOTEL": 100}, taken

        try:
            call("POST", f"{alice}/spend", {"id": new_id(), "points": 5_000})
        except DucatError as error:
            assert error.code == "insufficient_points", error
            print(f"refused: {error.detail}")

        call("POST", f"/points/spends/{spend}/refund", {"id": new_id()})
        member = call("GET", alice)
        print(f"after the refund: {member}")
        lots = call("GET", f"{alice}/lots")["data"]
        assert sum(lot["left"] for lot in lots) == 800, lots


if __name__ == "__main__":
    main(sys.argv[1])
