"""Send a document to Errata from Python: produce.py BROKERS REGISTRY_URL FILE [PROFILE] [PREFIX]

Needs `pip install 'confluent-kafka[avro]'`. Uses the schema that Errata registered for the topic, so nothing is repeated
here, and Java's partitioner, so that a document always meets the same partition whoever sends it.
"""

import hashlib
import mimetypes
import os
import sys
import time

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers, registry_url, path = sys.argv[1:4]
profile = sys.argv[4] if len(sys.argv) > 4 else "invoice"
topic = (sys.argv[5] if len(sys.argv) > 5 else "invoices.") + "raw"

# For a broker that asks for credentials: a file of librdkafka's properties, such as
# kafka-client.properties of ERRATA_HOME. Everybody on the machine could read arguments.
client = {}
if "KAFKA_CLIENT_PROPERTIES" in os.environ:
    with open(os.environ["KAFKA_CLIENT_PROPERTIES"]) as file:
        client = dict(line.strip().split("=", 1) for line in file if "=" in line)

registry = SchemaRegistryClient({"url": registry_url})
schema = registry.get_latest_version(f"{topic}-value").schema
serialize = AvroSerializer(registry, schema, conf={"auto.register.schemas": False, "use.latest.version": True})

with open(path, "rb") as file:
    content = file.read()
digest = hashlib.sha256(content).hexdigest()
record = {
    "documentId": digest[:32],  # anything of your own that identifies the document; it is also the key
    "tenant": "default",
    "profile": profile,
    "mediaType": mimetypes.guess_type(path)[0],
    "fileName": os.path.basename(path),
    "source": "python",
    "sha256": digest,
    "bytes": content,  # up to 512 KiB; larger documents go through POST /documents
    "receivedAt": int(time.time() * 1000),
    "metadata": {"sender": "docs/examples/produce.py"},
}

failures = []
producer = Producer({
    **client,
    "bootstrap.servers": brokers,
    "enable.idempotence": True,
    "partitioner": "murmur2_random",
})
producer.produce(
    topic,
    key=record["documentId"],
    value=serialize(record, SerializationContext(topic, MessageField.VALUE)),
    on_delivery=lambda error, _message: failures.append(error) if error else None,
)
producer.flush(30)
if failures or len(producer) > 0:
    sys.exit(f"not delivered: {failures}")
print(record["documentId"])
