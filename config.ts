/**
 * Every setting: key, type, default and what it is for. Read once from the environment by the
 * command line and passed on as a value; no other file reads process.env. An unknown ERRATA_*
 * variable is an error, so that a typing mistake is never a silent default. A variable NAME_FILE
 * names a file that holds the value of NAME, for secrets.
 */

import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { ErrataError } from './errors.ts'

interface Setting {
  readonly env: string
  readonly type: 'text' | 'number' | 'boolean'
  readonly default: string | number | boolean | null
  readonly doc: string
  readonly secret?: true
  /** The least and the most that a number may be. */
  readonly range?: readonly [least: number, most: number]
  /** What is wrong with a text, for people; null for nothing. */
  readonly fault?: (text: string) => string | null
}

const aSecond = 1_000 // ms
const aDay = 86_400_000 // ms; timers take no more than 24 of them and would fire at once
const tokenLength = 16 // characters: fewer can be guessed, whatever the limit on failures

const faultOfToken = (text: string): string | null =>
  text.length >= tokenLength
    ? null
    : `must have at least ${tokenLength} characters; \`openssl rand -hex 32\` makes a good one`

function faultOfNetworks(text: string): string | null {
  const wrong = networksOf(text).find((network) => !isNetwork(network))
  return wrong === undefined ? null : `must list addresses and CIDR blocks; ${wrong} is neither`
}

/** The entries of a comma separated list. */
export function networksOf(text: string): string[] {
  return text.split(',').map((network) => network.trim())
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

export const settings = {
  home: {
    env: 'ERRATA_HOME',
    type: 'text',
    default: '.errata',
    doc: 'Folder of the local stack: broker and registry data, blobs, analytics, logs.',
  },
  cache: {
    env: 'ERRATA_CACHE',
    type: 'text',
    default: null,
    doc: 'Folder for what is fetched once: Kafka, the registry, Java. Default: ~/.cache/errata.',
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
  token: {
    env: 'ERRATA_TOKEN',
    type: 'text',
    default: null,
    fault: faultOfToken,
    doc: 'Bearer token for the HTTP API, of at least 16 characters; needed where the address is not loopback.',
    secret: true,
  },
  trustedProxies: {
    env: 'ERRATA_TRUSTED_PROXIES',
    type: 'text',
    default: null,
    fault: faultOfNetworks,
    doc: 'Addresses or CIDR blocks of reverse proxies, comma separated: what they say in X-Forwarded-For and X-Forwarded-Host is believed. With it, nobody is let in without a token or a login.',
  },
  maxBytes: {
    env: 'ERRATA_MAX_BYTES',
    type: 'number',
    default: 33_554_432,
    doc: 'Largest document in bytes (32 MiB).',
  },
  inlineBytes: {
    env: 'ERRATA_INLINE_BYTES',
    type: 'number',
    default: 524_288,
    doc: 'Documents up to this many bytes travel in the record, larger ones by sha256.',
  },
  maxPages: {
    env: 'ERRATA_MAX_PAGES',
    type: 'number',
    default: 100,
    doc: 'Most pages of a document.',
  },
  maxPixels: {
    env: 'ERRATA_MAX_PIXELS',
    type: 'number',
    default: 80_000_000,
    doc: 'Most pixels of a page.',
  },
  maxObjects: {
    env: 'ERRATA_MAX_OBJECTS',
    type: 'number',
    default: 500_000,
    doc: 'Most things drawn on the pages of a PDF, all pages together: texts, lines, shapes, pictures.',
  },
  readTimeoutMs: {
    env: 'ERRATA_READ_TIMEOUT_MS',
    type: 'number',
    default: 120_000,
    range: [aSecond, aDay],
    doc: 'Hard deadline for reading one page.',
  },
  documentTimeoutMs: {
    env: 'ERRATA_DOCUMENT_TIMEOUT_MS',
    type: 'number',
    default: 600_000,
    range: [aSecond, aDay],
    doc: 'Hard deadline for reading a whole document. What waits for a free reader is not counted.',
  },
  ocrWorkers: {
    env: 'ERRATA_OCR_WORKERS',
    type: 'number',
    default: 0,
    doc: 'OCR workers; 0: one for each core but one.',
  },
  ocrEngine: {
    env: 'ERRATA_OCR_ENGINE',
    type: 'text',
    default: 'auto',
    doc: 'auto, tesseract or ppocr; auto: PP-OCR where `errata ocr install` put its models, else Tesseract.',
  },
  ocrLanguages: {
    env: 'ERRATA_OCR_LANGUAGES',
    type: 'text',
    default: 'eng+deu+fra+spa',
    doc: 'Languages of Tesseract; PP-OCR reads all its languages at once.',
  },
  batchRecords: {
    env: 'ERRATA_BATCH_RECORDS',
    type: 'number',
    default: 50,
    doc: 'Most records in a transaction.',
  },
  sessionTimeoutMs: {
    env: 'ERRATA_SESSION_TIMEOUT_MS',
    type: 'number',
    default: 15_000,
    doc: 'A consumer that is silent for so long has lost its partitions.',
  },
  secondReviewAbove: {
    env: 'ERRATA_SECOND_REVIEW_ABOVE',
    type: 'number',
    default: 0,
    doc: 'Amount from which a second person has to look at what the first has answered, whatever the currency; 0: never.',
  },
  publicUrl: {
    env: 'ERRATA_PUBLIC_URL',
    type: 'text',
    default: null,
    doc: 'Address under which browsers reach the pages, such as https://errata.example; needed for a login by OpenID Connect, and to open the pages by a name that is not ERRATA_HOST.',
  },
  oidcIssuer: {
    env: 'ERRATA_OIDC_ISSUER',
    type: 'text',
    default: null,
    doc: 'OpenID provider, such as https://login.example/realms/main: people log in there.',
  },
  oidcClientId: {
    env: 'ERRATA_OIDC_CLIENT_ID',
    type: 'text',
    default: null,
    doc: 'Client at the provider; its redirect address is ERRATA_PUBLIC_URL/auth/callback.',
  },
  oidcClientSecret: {
    env: 'ERRATA_OIDC_CLIENT_SECRET',
    type: 'text',
    default: null,
    doc: 'Secret of the client; sessions are signed by a key derived from it.',
    secret: true,
  },
  oidcRoleClaim: {
    env: 'ERRATA_OIDC_ROLE_CLAIM',
    type: 'text',
    default: 'roles',
    doc: 'Claim that lists a person’s roles: errata-reader, errata-reviewer or errata-operator, with or without the prefix. An account of `errata users` for the same subject or e-mail address comes first.',
  },
  documentQuota: {
    env: 'ERRATA_DOCUMENT_QUOTA',
    type: 'number',
    default: 6000,
    doc: 'Documents a minute that one caller may send to POST /documents; 0: as many as they like.',
  },
  verdictQuota: {
    env: 'ERRATA_VERDICT_QUOTA',
    type: 'number',
    default: 600,
    doc: 'Answers a minute that one reviewer may give over HTTP; 0: as many as they like.',
  },
  targetError: {
    env: 'ERRATA_TARGET_ERROR',
    type: 'number',
    default: 0.01,
    doc: 'Share of wrong values among accepted ones that the operator bears.',
  },
  sampleShare: {
    env: 'ERRATA_SAMPLE_SHARE',
    type: 'number',
    default: 0.02,
    doc: 'Share of acceptable documents that a person checks anyway.',
  },
  trainCron: {
    env: 'ERRATA_TRAIN_CRON',
    type: 'text',
    default: '0 3 * * *',
    doc: 'When the trainer runs; empty: never.',
  },
  trainCount: {
    env: 'ERRATA_TRAIN_COUNT',
    type: 'number',
    default: 50,
    doc: 'The trainer also runs after so many new verdicts; 0: never.',
  },
  shadowModel: {
    env: 'ERRATA_SHADOW_MODEL',
    type: 'text',
    default: null,
    doc: 'name/version of the model that `errata run shadow` watches; otherwise the newest after the champion.',
  },
  modelSigningKey: {
    env: 'ERRATA_MODEL_SIGNING_KEY',
    type: 'text',
    default: null,
    doc: 'Ed25519 private key in PEM that signs models: for the trainer, and for who promotes by hand.',
    secret: true,
  },
  modelPublicKey: {
    env: 'ERRATA_MODEL_PUBLIC_KEY',
    type: 'text',
    default: null,
    doc: 'Ed25519 public key in PEM, or several: models without a signature by one of them are not used. Not set: signatures are not checked.',
  },
  mlflowUrl: {
    env: 'ERRATA_MLFLOW_URL',
    type: 'text',
    default: null,
    doc: 'An MLflow server that shall mirror the models, such as http://user:password@host:5000; the alias champion follows the gate.',
    secret: true,
  },
  seed: { env: 'ERRATA_SEED', type: 'number', default: 13, doc: 'Seed of the trainer.' },
  samples: {
    env: 'ERRATA_SAMPLES',
    type: 'number',
    default: 24,
    doc: 'Sample invoices that the first start sends through; 0: none.',
  },
  logLevel: {
    env: 'ERRATA_LOG_LEVEL',
    type: 'text',
    default: 'info',
    doc: 'trace, debug, info, warn, error.',
  },
  crashAt: {
    env: 'ERRATA_CRASH_AT',
    type: 'text',
    default: null,
    doc: 'Tests only: stage:point:n kills the process there.',
  },
} as const satisfies Record<string, Setting>

type TypeOf<S extends Setting> =
  | (S['type'] extends 'text' ? string : S['type'] extends 'number' ? number : boolean)
  | (S['default'] extends null ? null : never)
export type SettingName = keyof typeof settings
export type Config = { readonly [K in SettingName]: TypeOf<(typeof settings)[K]> } & {
  /**
   * What the environment sets, be it to the default: a port that was asked for is not changed in
   * silence.
   */
  readonly configured: ReadonlySet<SettingName>
}

/**
 * The settings from an environment; CONFIG_INVALID for an unknown ERRATA_* key or a value of the
 * wrong type.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env))
  for (const key of Object.keys(environment)) {
    if (key.startsWith('ERRATA_') && !known.has(key.replace(/_FILE$/, '')) && !known.has(key)) {
      throw new ErrataError('CONFIG_INVALID', `unknown setting ${key}`, { key })
    }
  }
  const read = (setting: Setting): string | number | boolean | null => {
    const file = known.has(`${setting.env}_FILE`) ? undefined : environment[`${setting.env}_FILE`]
    const text =
      environment[setting.env] ??
      (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
    if (text === undefined || text === '')
      return text === '' && setting.type === 'text' && setting.default !== null
        ? ''
        : setting.default
    if (setting.type === 'text') {
      const fault = setting.fault?.(text) ?? null
      if (fault === null) return text
      throw new ErrataError('CONFIG_INVALID', `${setting.env} ${fault}`, { key: setting.env })
    }
    if (setting.type === 'boolean') {
      if (/^(1|true|yes|on)$/i.test(text)) return true
      if (/^(0|false|no|off)$/i.test(text)) return false
    }
    const number = Number(text)
    if (setting.type === 'number' && Number.isFinite(number)) {
      const [least, most] = setting.range ?? [-Infinity, Infinity]
      if (number >= least && number <= most) return number
      throw new ErrataError(
        'CONFIG_INVALID',
        `${setting.env} must lie between ${least} and ${most}`,
        { key: setting.env, least, most },
      )
    }
    throw new ErrataError('CONFIG_INVALID', `${setting.env} must be a ${setting.type}`, {
      key: setting.env,
    })
  }
  const isSet = ({ env }: Setting): boolean =>
    Boolean(environment[env] ?? environment[`${env}_FILE`])
  const names = (Object.keys(settings) as SettingName[]).filter((name) => isSet(settings[name]))
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, read(setting)]),
  )
  return { ...values, configured: new Set(names) } as unknown as Config
}
