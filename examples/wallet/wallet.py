"""A wallet: top-ups, payments, a refusal, a hold and a statement."""

import sys

from ducat_client import Ducat, DucatError


def main(url: str) -> None:
    with Ducat(url) as server:
        wallet = server.open_ledger(
            {"name": "wallet", "assets": [{"code": "USD", "scale": 2}], "implicit_accounts": True}
        )

        def pay(source: str, destination: str, amount: int, what: str) -> str:
            # In earnest the command is stored before it is submitted: see pay-once.
            command = wallet.prepare(
                {
                    "postings": [{"source": source, "destination": destination, "amount": amount}],
                    "description": what,
                }
            )
            server.submit(command)
            return command.id

        pay("world", "users:alice", 100_00, "top-up")
        pay("users:alice", "users:bob", 25_00, "dinner")
        pay("users:bob", "world", 10_00, "payout")

        try:
            pay("users:bob", "users:alice", 9_999_00, "too much")
        except DucatError as error:
            assert error.code == "insufficient_funds", error
            print(f"refused: {error.detail}")

        hold = wallet.prepare(
            {
                "postings": [{"source": "users:alice", "destination": "taxis:7", "amount": 30_00}],
                "pending": {"timeout_s": 3600},
            }
        )
        server.submit(hold)
        balance = wallet.account("users:alice").balances["USD"]
        print(f"alice has {balance.posted}, of which {balance.pending_out} are held")
        wallet.post(hold.id, 24_50)

        for entry in wallet.statement("users:alice"):
            print(f"{entry.at:%Y-%m-%d}  {entry.counterparty:<14} {entry.amount:>8} {entry.balance:>8}")

        assert wallet.balance("users:alice").posted == 100_00 - 25_00 - 24_50
        assert wallet.balance("users:bob").posted == 15_00
        assert wallet.balance("taxis:7").posted == 24_50


if __name__ == "__main__":
    main(sys.argv[1])
