/** Settings: addresses of broker, registry and stores, and where Errata itself listens. */

import { type Setting } from './setting.ts'

export const systemSettings = {
  home: {
    env: 'ERRATA_HOME',
    type: 'text',
    default: '.errata',
    doc: 'Folder of this machine: data of the local stack, analytics, logs, and blobs unless ERRATA_BLOBS says otherwise.',
  },
  cache: {
    env: 'ERRATA_CACHE',
    type: 'text',
    default: null,
    doc: 'Folder for downloads: Kafka, the registry, Java. Default: ~/.cache/errata.',
  },
  javaHome: {
    env: 'JAVA_HOME',
    type: 'text',
    default: null,
    doc: 'Java 17 or later for the local stack; otherwise `java` from the PATH.',
  },
  mavenUrl: {
    env: 'ERRATA_MAVEN_URL',
    type: 'text',
    default: null,
    doc: 'Maven repository for the local stack. Default: the mirror in ~/.m2/settings.xml, else Maven Central.',
  },
  brokers: {
    env: 'KAFKA_BROKERS',
    type: 'text',
    default: null,
    doc: 'host:port, comma separated: use this cluster instead of a local one.',
  },
  kafkaTls: {
    env: 'KAFKA_TLS',
    type: 'boolean',
    default: null,
    doc: 'TLS to the brokers. Default: on, except for loopback addresses.',
  },
  kafkaInsecure: {
    env: 'ERRATA_KAFKA_INSECURE',
    type: 'boolean',
    default: false,
    doc: 'Allow plaintext to brokers that are not on loopback.',
  },
  kafkaCa: {
    env: 'KAFKA_CA_FILE',
    type: 'text',
    default: null,
    doc: 'PEM file of the certificate authority.',
  },
  kafkaSaslMechanism: {
    env: 'KAFKA_SASL_MECHANISM',
    type: 'text',
    default: null,
    doc: 'plain, scram-sha-256 or scram-sha-512.',
  },
  kafkaUser: { env: 'KAFKA_USERNAME', type: 'text', default: null, doc: 'SASL user.' },
  kafkaPassword: {
    env: 'KAFKA_PASSWORD',
    type: 'text',
    default: null,
    doc: 'SASL password.',
    secret: true,
  },
  localSasl: {
    env: 'ERRATA_LOCAL_SASL',
    type: 'boolean',
    default: null,
    doc:
      'The local broker refuses clients without the credentials that ERRATA_HOME keeps ' +
      '(SASL/SCRAM-SHA-512). Default: as at the last start, and off at the first.',
  },
  registryUrl: {
    env: 'SCHEMA_REGISTRY_URL',
    type: 'text',
    default: null,
    doc: 'Base URL of a Confluent-compatible registry; needed with KAFKA_BROKERS.',
  },
  registryUser: {
    env: 'SCHEMA_REGISTRY_USERNAME',
    type: 'text',
    default: null,
    doc: 'Basic authentication to the registry.',
  },
  registryPassword: {
    env: 'SCHEMA_REGISTRY_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Basic authentication to the registry.',
    secret: true,
  },
  clickhouseUrl: {
    env: 'CLICKHOUSE_URL',
    type: 'text',
    default: null,
    doc: 'A ClickHouse server, such as http://user:password@host:8123/database; embedded chDB otherwise.',
    secret: true,
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: 'text',
    default: null,
    doc: 'Shared, rebuildable state of several instances; in memory otherwise.',
    secret: true,
  },
  topicPrefix: {
    env: 'ERRATA_TOPIC_PREFIX',
    type: 'text',
    default: 'invoices.',
    doc: 'Prefix of topics, groups and transactional ids.',
  },
  partitions: {
    env: 'ERRATA_PARTITIONS',
    type: 'number',
    default: 4,
    doc: 'P, for new deployments only: it never changes afterwards.',
  },
  replication: {
    env: 'ERRATA_REPLICATION',
    type: 'number',
    default: 0,
    doc: 'Replication factor of new topics; 0: 3 where the cluster has three brokers, else 1.',
  },
  host: {
    env: 'ERRATA_HOST',
    type: 'text',
    default: '127.0.0.1',
    doc: 'Address that the HTTP servers bind to.',
  },
  httpPort: {
    env: 'ERRATA_HTTP_PORT',
    type: 'number',
    default: 8080,
    doc: 'Review page, dashboard, intake and API. Left at the default, the next free port at the first start, and the same from then on.',
  },
  clickhousePort: {
    env: 'ERRATA_CLICKHOUSE_PORT',
    type: 'number',
    default: 8123,
    doc: 'Gateway in front of chDB. Left at the default, the next free port at the first start, and the same from then on.',
  },
  kafkaPort: {
    env: 'ERRATA_KAFKA_PORT',
    type: 'number',
    default: 9092,
    doc: 'Local broker. Left at the default, the next free port at the first start, and the same from then on.',
  },
  registryPort: {
    env: 'ERRATA_REGISTRY_PORT',
    type: 'number',
    default: 8081,
    doc: 'Local registry. Left at the default, the next free port at the first start, and the same from then on.',
  },
  trainerPort: {
    env: 'ERRATA_TRAINER_PORT',
    type: 'number',
    default: 8082,
    doc: 'HTTP of the trainer, for schedulers: POST /trainings. Left at the default, the next free port at the first start, and the same from then on.',
  },
  metricsPort: {
    env: 'ERRATA_METRICS_PORT',
    type: 'number',
    default: 9464,
    doc: 'Metrics, /live and /ready of the first process; the following ports for the others. Left at the default, free ones at the first start, and the same from then on.',
  },
} as const satisfies Record<string, Setting>
