"""Read the last words from Python: final.py BROKERS REGISTRY_URL [PREFIX] prints that of each document, a line of JSON.

Needs `pip install 'confluent-kafka[avro]'`. Reads the topic to its end; a program that stays leaves out the end of
partitions, commits, and goes on from there.
"""

import json
import os
import sys

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers, registry_url = sys.argv[1:3]
topic = (sys.argv[3] if len(sys.argv) > 3 else "invoices.") + "final"

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
    "group.id": "example-final",
    "isolation.level": "read_committed",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
})
left = set(consumer.list_topics(topic, 30).topics[topic].partitions)
consumer.assign([TopicPartition(topic, partition, 0) for partition in left])

words = {}
while left:
    message = consumer.poll(30)
    if message is None:
        sys.exit("the topic can't be read")
    if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
        left.discard(message.partition())
    elif message.error():
        sys.exit(str(message.error()))
    elif message.value() is None:  # erased: forget the document
        words.pop(message.key().decode(), None)
    else:
        words[message.key().decode()] = deserialize(message.value(), SerializationContext(topic, MessageField.VALUE))
consumer.close()

for document, word in words.items():
    print(json.dumps({
        "documentId": document,
        "status": word["status"],
        "decidedBy": word["decidedBy"],
        "revision": word["revision"],
        "fields": {field["name"]: field["value"] for field in word["fields"]},
    }))
