/** What the rest of Errata sees of Kafka. Only this folder and committed.ts know the client library. */

export { openCluster, type Cluster, type ClusterSettings, type Log } from './kafka/cluster.ts'
export { asErrataError } from './kafka/failures.ts'
export { openConsumer, type Assigned, type Consumer, type ConsumerOptions, type FetchedBatch, type Headers, type KafkaRecord } from './kafka/consumer.ts'
export { openProducer, type Producer, type Sent } from './kafka/producer.ts'
export { openTransactions, type Outgoing, type Transaction, type TransactionalProducer } from './kafka/transactions.ts'
export { committedOffsets, createTopics, endOffsets, groupLag, partitionCounts, topicOffsets, type CommittedOffset, type NewTopic } from './kafka/admin.ts'
export { murmur2, partitionOf } from './kafka/partition.ts'
