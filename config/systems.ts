/** Settings: folders of this machine, the local stack, topics, and where Errata itself listens. */

import { anyPort, faultOfUrl, type Setting } from './setting.ts'

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
    fault: faultOfUrl(['https', 'http']),
    doc: 'Maven repository for the local stack. Default: the mirror in ~/.m2/settings.xml, else Maven Central.',
  },
  localSasl: {
    env: 'ERRATA_LOCAL_SASL',
    type: 'boolean',
    default: null,
    doc:
      'The local broker refuses clients without the credentials that ERRATA_HOME keeps ' +
      '(SASL/SCRAM-SHA-512). Default: as at the last start, and off at the first.',
  },
  topicPrefix: {
    env: 'ERRATA_TOPIC_PREFIX',
    type: 'text',
    default: 'invoices.',
    fault: (text) =>
      /^[A-Za-z0-9._-]{0,150}$/.test(text)
        ? null
        : 'must have at most 150 letters, digits and ._-, since topics begin with it',
    doc: 'Prefix of topics, groups and transactional ids.',
  },
  partitions: {
    env: 'ERRATA_PARTITIONS',
    type: 'number',
    default: 4,
    range: [1, 1_000],
    doc:
      'P, from the first start on: how many processes of a stage can share its work. ' +
      '`errata topics copy` goes to another P.',
  },
  replication: {
    env: 'ERRATA_REPLICATION',
    type: 'number',
    default: 0,
    range: [0, 100],
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
    range: anyPort,
    doc: 'Review page, dashboard, intake and API. Left at the default, the next free port at the first start, and the same from then on.',
  },
  clickhousePort: {
    env: 'ERRATA_CLICKHOUSE_PORT',
    type: 'number',
    default: 8123,
    range: anyPort,
    doc: 'Gateway in front of chDB. Left at the default, the next free port at the first start, and the same from then on.',
  },
  kafkaPort: {
    env: 'ERRATA_KAFKA_PORT',
    type: 'number',
    default: 9092,
    range: anyPort,
    doc: 'Local broker. Left at the default, the next free port at the first start, and the same from then on.',
  },
  registryPort: {
    env: 'ERRATA_REGISTRY_PORT',
    type: 'number',
    default: 8081,
    range: anyPort,
    doc: 'Local registry. Left at the default, the next free port at the first start, and the same from then on.',
  },
  trainerPort: {
    env: 'ERRATA_TRAINER_PORT',
    type: 'number',
    default: 8082,
    range: anyPort,
    doc: 'HTTP of the trainer, for schedulers: POST /trainings. Left at the default, the next free port at the first start, and the same from then on.',
  },
  metricsPort: {
    env: 'ERRATA_METRICS_PORT',
    type: 'number',
    default: 9464,
    range: anyPort,
    doc: 'Metrics, /live and /ready of the first process; the following ports for the others. Left at the default, free ones at the first start, and the same from then on.',
  },
} as const satisfies Record<string, Setting>
