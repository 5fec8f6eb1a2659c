"""Answer a review task from Python: answer.py BROKERS REGISTRY_URL REVIEWER DOCUMENT [PREFIX] [FIELD=VALUE ...]

Takes the latest task of the document, sets the given fields (FIELD= says that the document has none), and keeps the
rest as predicted. Waits until the verdict is judged and prints what came of it, a line of JSON; ends with 1 where it
is refused. Values are in their normal form: 1234.50, 2024-03-31, EUR, DE89370400440532013000.

Needs `pip install 'confluent-kafka[avro]'`.
"""

import json
import os
import sys
import time

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers, registry_url, reviewer, document = sys.argv[1:5]
given = dict(argument.split("=", 1) for argument in sys.argv[5:] if "=" in argument)
prefix = next((argument for argument in sys.argv[5:] if "=" not in argument), "invoices.")
patience = 30  # seconds

# For a broker that asks for credentials: a file of librdkafka's properties, such as
# kafka-client.properties of ERRATA_HOME. Everybody on the machine could read arguments.
client = {"bootstrap.servers": brokers}
if "KAFKA_CLIENT_PROPERTIES" in os.environ:
    with open(os.environ["KAFKA_CLIENT_PROPERTIES"]) as file:
        client.update(line.strip().split("=", 1) for line in file if "=" in line)

registry = SchemaRegistryClient({"url": registry_url})
deserialize = AvroDeserializer(registry)


def decode(message):
    return deserialize(message.value(), SerializationContext(message.topic(), MessageField.VALUE))


def reader():
    return Consumer({
        **client,
        "group.id": "example-answer",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })


def partitions_of(consumer, topic):
    return sorted(consumer.list_topics(topic, patience).topics[topic].partitions)


def latest(topic):
    """The last record of the document in a topic, None where there is none or it was erased."""
    consumer = reader()
    left = set(partitions_of(consumer, topic))
    consumer.assign([TopicPartition(topic, partition, 0) for partition in left])
    found = None
    while left:
        message = consumer.poll(patience)
        if message is None:
            sys.exit(f"{topic} can't be read")
        if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
            left.discard(message.partition())
        elif message.error():
            sys.exit(str(message.error()))
        elif message.key() == document.encode():
            found = None if message.value() is None else decode(message)
    consumer.close()
    return found


def confirmed(field):
    return {**field, "confidence": 1.0, "origin": "human", "originId": None}


def stated(name, value, words):
    """A person's value, with the word that prints it as evidence: then it teaches most."""
    text, ends = words["text"], words["ends"]
    printed = [text[start:end] for start, end in zip([0, *ends], ends)]
    at = printed.index(value) if value in printed else None
    return confirmed({
        "name": name,
        "value": value or None,
        "raw": None if at is None else value,
        "page": None if at is None else words["pages"][at],
        "box": [] if at is None else words["boxes"][4 * at:4 * at + 4],
        "words": [] if at is None else [at],
    })


task = latest(f"{prefix}needs-review")
if task is None:
    sys.exit(f"{document} has no task")
before = latest(f"{prefix}verdicts")

predicted = {field["name"]: field["value"] for field in task["fields"]}
changes = {name: value for name, value in given.items() if (value or None) != predicted.get(name)}
repeated = ["documentId", "tenant", "profile", "fileName", "source", "sha256", "receivedAt", "reasons", "vendor", "model",
            "rulesVersion", "pages", "words"]
verdict = {
    **{name: task[name] for name in repeated},
    "revision": max(task["revision"], before["revision"] if before else 0) + 1,
    "reviewer": reviewer,
    "decidedAt": int(time.time() * 1000),
    "openedAt": None,
    "decision": "corrected" if changes else "confirmed",
    "basis": "correction" if before else "review",
    "comment": None,
    "declined": [],
    "secondWanted": False,
    "fields": [confirmed(field) for field in task["fields"] if field["name"] not in changes]
    + [stated(name, value, task["words"]) for name, value in changes.items()],
    "lineItems": [{"cells": [confirmed(cell) for cell in row["cells"]]} for row in task["lineItems"]],
    "predicted": task["fields"],
    "predictedLineItems": task["lineItems"],
}

# From where the outcome can come, noted before the verdict is sent
outcomes = reader()
outcomes.assign([
    TopicPartition(topic, partition, outcomes.get_watermark_offsets(TopicPartition(topic, partition))[1])
    for topic in (f"{prefix}verdicts", f"{prefix}judge.dead")
    for partition in partitions_of(outcomes, topic)
])

topic = f"{prefix}corrected"
schema = registry.get_latest_version(f"{topic}-value").schema
serialize = AvroSerializer(registry, schema, conf={"auto.register.schemas": False, "use.latest.version": True})
sent = []
producer = Producer({**client, "enable.idempotence": True, "partitioner": "murmur2_random"})
producer.produce(
    topic,
    key=document,
    value=serialize(verdict, SerializationContext(topic, MessageField.VALUE)),
    on_delivery=lambda error, message: sent.append(error or message),
)
producer.flush(patience)
if not sent or isinstance(sent[0], KafkaError):
    sys.exit(f"not delivered: {sent}")
place = f"{topic}/{sent[0].partition()}/{sent[0].offset()}"

deadline = time.monotonic() + patience
while time.monotonic() < deadline:
    message = outcomes.poll(1)
    if message is None or message.error():
        continue
    headers = {name: value.decode() for name, value in message.headers() or []}
    if headers.get("errata-origin") != place:
        continue
    if message.topic().endswith("judge.dead"):
        print(json.dumps({
            "outcome": "refused",
            "code": headers["__connect.errors.exception.class.name"],
            "reason": headers["__connect.errors.exception.message"],
        }))
        sys.exit(1)
    counted = decode(message)
    print(json.dumps({"outcome": "counts", "revision": counted["revision"], "decision": counted["decision"]}))
    sys.exit(0)
sys.exit(f"not judged within {patience} s")
