/**
 * The Kafka connector's interface for the rest of Errata. Only this folder uses the client library.
 */

export { openCluster, type Cluster, type ClusterSettings, type Log } from './cluster.ts'
export { asErrataError } from './failures.ts'
export {
  openConsumer,
  type Assigned,
  type Consumer,
  type ConsumerOptions,
  type FetchedBatch,
  type Headers,
  type KafkaRecord,
} from './consumer.ts'
export { openProducer, type Producer } from './producer.ts'
export {
  openTransactions,
  type Outgoing,
  type Sent,
  type Transaction,
  type TransactionalProducer,
} from './transactions.ts'
export {
  committedOffsets,
  createTopics,
  deleteRecords,
  endOffsets,
  groupLag,
  groupProgress,
  partitionCounts,
  runningGroups,
  topicOffsets,
  topicsOutOfSync,
  topicsWithLeaders,
  type CommittedOffset,
  type NewTopic,
} from './admin.ts'
export { createAcls, missingAcls, type AccessRight } from './acls.ts'
export { murmur2, partitionOf } from './partition.ts'
export { copiedFrom, copiedFromHeader, parseOrigin, type RecordOrigin } from './record-origin.ts'
