"""Read review tasks from Python: consume.py BROKERS REGISTRY_URL COUNT [PREFIX] prints COUNT tasks, a line of JSON each.

Needs `pip install 'confluent-kafka[avro]'`. Reads committed records only: an aborted transaction is never seen.
"""

import json
import os
import sys

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers, registry_url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
topic = (sys.argv[4] if len(sys.argv) > 4 else "invoices.") + "needs-review"

# For a broker that asks for credentials: a file of librdkafka's properties, such as
# kafka-client.properties of ERRATA_HOME. Everybody on the machine could read arguments.
client = {}
if "KAFKA_CLIENT_PROPERTIES" in os.environ:
    with open(os.environ["KAFKA_CLIENT_PROPERTIES"]) as file:
        client = dict(line.strip().split("=", 1) for line in file if "=" in line)

deserialize = AvroDeserializer(SchemaRegistryClient({"url": registry_url}))
consumer = Consumer({
    **client,
    "bootstrap.servers": brokers,
    "group.id": "example-review-tool",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "enable.auto.commit": False,
})
consumer.subscribe([topic])

seen = 0
while seen < count:
    message = consumer.poll(30)
    if message is None:
        sys.exit("no task within 30 s")
    if message.error():
        sys.exit(str(message.error()))
    if message.value() is None:  # erased: forget the document
        continue
    task = deserialize(message.value(), SerializationContext(topic, MessageField.VALUE))
    if task["closed"]:  # read again and accepted: nobody has to answer
        continue
    text, start, words = task["words"]["text"], 0, []
    for end in task["words"]["ends"]:
        words.append(text[start:end])
        start = end
    print(json.dumps({
        "documentId": task["documentId"],
        "reasons": [f'{reason["code"]} {reason["field"] or ""}'.strip() for reason in task["reasons"]],
        "fields": {field["name"]: field["value"] for field in task["fields"]},
        "words": len(words),
    }))
    seen += 1
    consumer.commit(message, asynchronous=False)
consumer.close()
