"""A bridge from Kafka: each message of a topic is a command, and is executed once, however often it is delivered.

- Kafka delivers each message at least once. The id of its command is made of its place in the topic, so a message that
  is delivered again is a retry, and the server returns the response of the first time.
- Messages of one partition are executed in order. An offset is committed when the outcomes of all messages before it
  are known.
- A message that is no command, or is refused, is written to another topic with the reason, before its offset is
  committed.
"""

import argparse
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

# Messages that are taken at a time, of all partitions.
BATCH = 500

# Statuses after which the same request is sent again: nothing is known, or nothing can be done now.
RETRIED = {401, 408, 425, 429, 500, 502, 503, 504}

# The longest time between two attempts, in seconds.
PAUSE_MAX = 10.0


def id_of(message: Message) -> str:
    """What the command of a message has its id from: a header, or its place and its time, if it has none.

    The time distinguishes the messages of a topic that was deleted and created again.
    """
    for name, value in message.headers() or []:
        if name.lower() == "idempotency-key" and value:
            return value.decode("ascii", "backslashreplace")
    _, timestamp = message.timestamp()
    return f"kafka:{message.topic()}:{message.partition()}:{message.offset()}:{timestamp}"


def has_id(message: Message) -> bool:
    """Whether the body itself names the id of its command; then the server takes no other one."""
    try:
        body = json.loads(message.value() or b"")
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("id") is not None


class Bridge:
    def __init__(self, given: argparse.Namespace) -> None:
        self.path: str = given.path
        self.refused: str = given.refused or f"{given.topic}.refused"
        self.stopping = False
        self.failures: list[str] = []
        key = os.environ.get("DUCAT_KEY")
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self.server = httpx.Client(base_url=given.url, headers=headers, timeout=60)
        self.producer = Producer({"bootstrap.servers": given.brokers, "enable.idempotence": True})
        self.consumer = Consumer(
            {
                "bootstrap.servers": given.brokers,
                "group.id": given.group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "session.timeout.ms": given.session_ms,
            }
        )
        self.consumer.subscribe([given.topic])

    def run(self) -> None:
        with ThreadPoolExecutor(max_workers=16) as pool:
            while not self.stopping:
                messages = self.take()
                partitions: dict[int, list[Message]] = {}
                for message in messages:
                    partitions.setdefault(message.partition(), []).append(message)
                # Partitions go on at the same time; within one, messages are in order.
                done = list(pool.map(self.execute_all, partitions.values()))
                self.producer.flush()
                if self.failures:
                    # Nothing is committed: what was refused would be nowhere.
                    sys.exit(f"what was refused cannot be written to {self.refused}: {self.failures[0]}")
                offsets = [TopicPartition(last.topic(), last.partition(), last.offset() + 1) for last in done if last]
                if offsets:
                    self.commit(offsets)
        self.consumer.close()

    def take(self) -> list[Message]:
        messages = []
        for message in self.consumer.consume(BATCH, timeout=0.5):
            error = message.error()
            if error is None:
                messages.append(message)
            else:
                print(f"Kafka: {error}", file=sys.stderr)
        return messages

    def commit(self, offsets: list[TopicPartition]) -> None:
        try:
            self.consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            # Another member has the partition now, or the broker is away: what was done is delivered again.
            print(f"offsets are not committed: {error}", file=sys.stderr)

    def execute_all(self, messages: list[Message]) -> Message | None:
        last = None
        for message in messages:
            if not self.execute(message):
                return last
            last = message
        return last

    def execute(self, message: Message) -> bool:
        """Executes one message, for as long as it takes. False: the bridge stops, and nothing is known."""
        pause = 0.1
        while not self.stopping:
            try:
                headers = {} if has_id(message) else {"Idempotency-Key": id_of(message)}
                answer = self.server.post(self.path, content=message.value() or b"", headers=headers)
            except httpx.HTTPError as error:
                print(f"the server cannot be reached: {error}", file=sys.stderr)
            else:
                if answer.status_code < 300:
                    return True
                if answer.status_code not in RETRIED:
                    self.refuse(message, answer)
                    return True
            time.sleep(pause)
            pause = min(pause * 2, PAUSE_MAX)
        return False

    def refuse(self, message: Message, answer: httpx.Response) -> None:
        headers: list[Any] = list(message.headers() or [])
        headers += [
            ("ducat-status", str(answer.status_code).encode()),
            ("ducat-reason", answer.content[:2000]),
            ("ducat-place", f"{message.topic()}/{message.partition()}/{message.offset()}".encode()),
        ]
        self.producer.produce(
            self.refused, value=message.value(), key=message.key(), headers=headers, on_delivery=self.note
        )

    def note(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self.failures.append(str(error))

    def stop(self, *_: object) -> None:
        self.stopping = True


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--brokers", required=True, help="host:port, several with commas between")
    arguments.add_argument("--topic", required=True, help="the topic whose messages are commands")
    arguments.add_argument("--refused", help="the topic for what is refused [default: TOPIC.refused]")
    arguments.add_argument("--group", default="ducat", help="the consumer group [default: ducat]")
    arguments.add_argument("--url", default="http://127.0.0.1:8000", help="where the server is")
    arguments.add_argument("--path", required=True, help="where messages are posted to")
    arguments.add_argument("--session-ms", type=int, default=10_000, help="the session timeout of the group")
    bridge = Bridge(arguments.parse_args())
    signal.signal(signal.SIGTERM, bridge.stop)
    signal.signal(signal.SIGINT, bridge.stop)
    bridge.run()


if __name__ == "__main__":
    main()
