import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, settings } from '../config.ts'
import type { Setting } from '../config/setting.ts'
import { ErrataError } from '../errors.ts'

type Environment = Readonly<Record<string, string>>

/** What a start with this environment says; null where nothing is wrong. */
function refusal(environment: Environment): string | null {
  try {
    readConfig(environment)
    return null
  } catch (error) {
    if (error instanceof ErrataError && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
}

const folder = mkdtempSync(join(tmpdir(), 'errata-config-'))
const cluster = { KAFKA_BROKERS: 'k.example:9092', SCHEMA_REGISTRY_URL: 'https://r.example' }
const certificate = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----'

test('an empty environment gives the defaults', () => {
  expect(readConfig({})).toMatchObject({
    topicPrefix: 'invoices.',
    partitions: 4,
    brokers: null,
    kafkaInsecure: false,
  })
})

describe('what is refused is named, with what was given and what is allowed', () => {
  test.each<[string, Environment, RegExp]>([
    ['an unknown variable', { ERRATA_PARTITION: '4' }, /^unknown setting ERRATA_PARTITION$/],
    [
      'a number that is none',
      { ERRATA_PARTITIONS: 'many' },
      /^ERRATA_PARTITIONS must be a whole number from 1 to 1000; it is "many"$/,
    ],
    [
      'a part of a number',
      { ERRATA_PARTITIONS: '4.5' },
      /whole number from 1 to 1000; it is "4.5"/,
    ],
    [
      'a number of blanks',
      { ERRATA_REPLICATION: ' ' },
      /^ERRATA_REPLICATION must be a whole number/,
    ],
    ['no partitions', { ERRATA_PARTITIONS: '0' }, /^ERRATA_PARTITIONS/],
    ['a port beyond the last', { ERRATA_HTTP_PORT: '65536' }, /from 1 to 65535; it is "65536"/],
    ['a share above 1', { ERRATA_TARGET_ERROR: '1.5' }, /a number from 0 to 1; it is "1.5"/],
    ['a quota below 0', { ERRATA_DOCUMENT_QUOTA: '-1' }, /from 0; it is "-1"/],
    [
      'a truth value that is none',
      { ERRATA_KAFKA_INSECURE: 'maybe' },
      /true or false; it is "maybe"/,
    ],
    ['a deadline of no time', { ERRATA_DOCUMENT_TIMEOUT_MS: '0' }, /^ERRATA_DOCUMENT_TIMEOUT_MS/],
    [
      'a deadline that no timer can count',
      { ERRATA_READ_TIMEOUT_MS: '3000000000' },
      /^ERRATA_READ_TIMEOUT_MS/,
    ],
    [
      'a mechanism that there is not',
      { KAFKA_SASL_MECHANISM: 'gssapi' },
      /one of plain, scram-sha-256, scram-sha-512, oauthbearer, aws-msk-iam; it is "gssapi"/,
    ],
    [
      'an engine that there is not',
      { ERRATA_OCR_ENGINE: 'abbyy' },
      /one of auto, tesseract, ppocr/,
    ],
    ['a level that there is not', { ERRATA_LOG_LEVEL: 'loud' }, /one of trace, debug, info/],
    ['an unknown encryption', { ERRATA_S3_ENCRYPTION: 'rot13' }, /one of AES256/],
    ['brokers without a port', { KAFKA_BROKERS: 'k.example' }, /host:port, comma separated/],
    ['brokers with a scheme', { KAFKA_BROKERS: 'kafka://k.example:9092' }, /host:port/],
    [
      'a prefix that no topic may have',
      { ERRATA_TOPIC_PREFIX: 'in voices.' },
      /^ERRATA_TOPIC_PREFIX/,
    ],
    ['a schedule that is none', { ERRATA_TRAIN_CRON: 'daily' }, /five fields.*; it is "daily"/],
    [
      'a registry without a scheme',
      { SCHEMA_REGISTRY_URL: 'r:8081' },
      /begins with https:\/\/ or http/,
    ],
    [
      'a registry with a user in its address',
      { SCHEMA_REGISTRY_URL: 'https://user:hush@r.example' },
      /those are SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD$/,
    ],
    ['another kind of cache', { REDIS_URL: 'memcached://m' }, /rediss:\/\/ or redis:\/\/$/],
    ['a certificate that is none', { KAFKA_CA: '/etc/ca.pem' }, /^KAFKA_CA must be PEM/],
    ['a certificate of rubbish', { KAFKA_CA: certificate }, /^KAFKA_CA must be PEM/],
    ['a token that can be guessed', { ERRATA_TOKEN: 'fifteen letters' }, /^ERRATA_TOKEN[^;]*; `/],
    [
      'a proxy by its name',
      { ERRATA_TRUSTED_PROXIES: '10.0.0.1,proxy' },
      /no names; it is "10.0.0.1,proxy"/,
    ],
    [
      'a network of too many bits',
      { ERRATA_TRUSTED_PROXIES: '10.0.0.0/33' },
      /addresses and CIDR blocks/,
    ],
    ['blobs in a bucket of no name', { ERRATA_BLOBS: 's3://' }, /^ERRATA_BLOBS/],
    ['a prefix that climbs', { ERRATA_BLOBS: 's3://bucket/../other' }, /^ERRATA_BLOBS/],
    ['blobs in another kind of store', { ERRATA_BLOBS: 'gs://bucket' }, /begins with gs:/],
    ['an endpoint without a scheme', { AWS_ENDPOINT_URL_S3: 'minio:9000' }, /^AWS_ENDPOINT_URL_S3/],
    [
      'a file that is not there',
      { KAFKA_PASSWORD_FILE: '/none' },
      /^KAFKA_PASSWORD_FILE names \/none/,
    ],
    [
      'a secret that is given twice',
      { KAFKA_PASSWORD: 'hush', KAFKA_PASSWORD_FILE: '/none' },
      /^KAFKA_PASSWORD and KAFKA_PASSWORD_FILE are both set: one is enough$/,
    ],
  ])('%s', (_what, environment, expected) => {
    expect(refusal(environment)).toMatch(expected)
  })

  test.each<[string, Environment, string]>([
    [
      'a cluster without a registry',
      { KAFKA_BROKERS: 'k.example:9092' },
      'KAFKA_BROKERS needs SCHEMA_REGISTRY_URL beside it',
    ],
    [
      'a user without a password',
      { ...cluster, KAFKA_USERNAME: 'u' },
      'KAFKA_USERNAME needs KAFKA_PASSWORD',
    ],
    [
      'a password without a user',
      { ...cluster, KAFKA_PASSWORD: 'p' },
      'KAFKA_PASSWORD needs KAFKA_USERNAME',
    ],
    [
      'a mechanism without its user',
      { ...cluster, KAFKA_SASL_MECHANISM: 'PLAIN' },
      'KAFKA_SASL_MECHANISM=plain needs KAFKA_USERNAME',
    ],
    [
      'tokens from nowhere',
      { ...cluster, KAFKA_SASL_MECHANISM: 'oauthbearer' },
      'KAFKA_SASL_MECHANISM=oauthbearer needs KAFKA_OAUTH_TOKEN_URL',
    ],
    [
      'tokens that nobody asks for',
      { ...cluster, KAFKA_OAUTH_SCOPE: 'kafka' },
      'KAFKA_OAUTH_SCOPE needs KAFKA_SASL_MECHANISM=oauthbearer',
    ],
    [
      'MSK without a region',
      { ...cluster, KAFKA_SASL_MECHANISM: 'aws-msk-iam' },
      'KAFKA_SASL_MECHANISM=aws-msk-iam needs AWS_REGION',
    ],
    [
      'a registry’s user without a password',
      { ...cluster, SCHEMA_REGISTRY_USERNAME: 'u' },
      'SCHEMA_REGISTRY_USERNAME needs SCHEMA_REGISTRY_PASSWORD',
    ],
    [
      'two ways into the registry',
      {
        ...cluster,
        SCHEMA_REGISTRY_USERNAME: 'u',
        SCHEMA_REGISTRY_PASSWORD: 'p',
        SCHEMA_REGISTRY_TOKEN: 't',
      },
      'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_TOKEN are both set',
    ],
    [
      'a store’s user without a store',
      { CLICKHOUSE_USER: 'u' },
      'CLICKHOUSE_USER needs CLICKHOUSE_URL',
    ],
    [
      'two users of one store',
      { CLICKHOUSE_URL: 'http://a:b@h:8123', CLICKHOUSE_USER: 'u', CLICKHOUSE_PASSWORD: 'p' },
      'CLICKHOUSE_URL and CLICKHOUSE_USER both say who asks',
    ],
    [
      'a login without its client',
      { ERRATA_OIDC_ISSUER: 'https://login.example' },
      'ERRATA_OIDC_ISSUER needs ERRATA_OIDC_CLIENT_ID',
    ],
  ])('%s', (_what, environment, expected) => {
    expect(refusal(environment)).toContain(expected)
  })

  test('an address of TLS is needed where an authority is named', () => {
    const file = join(folder, 'ca.pem')
    writeFileSync(file, ca)
    const redis = { REDIS_URL: 'redis://h', REDIS_CA_FILE: file }
    expect(refusal(redis)).toBe('REDIS_CA needs an address of TLS in REDIS_URL')
    expect(refusal({ ...redis, REDIS_URL: 'rediss://h' })).toBeNull()
    const kafka = { ...cluster, KAFKA_CA_FILE: file, KAFKA_TLS: 'off' }
    expect(refusal(kafka)).toBe('KAFKA_CA needs TLS, and KAFKA_TLS is off')
  })
})

test.each<[string, Environment]>([
  ['proxies by address and by network', { ERRATA_TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8' }],
  ['a token of sixteen characters', { ERRATA_TOKEN: 'sixteen letters.' }],
  ['blobs in a folder', { ERRATA_BLOBS: '/srv/blobs' }],
  ['blobs in a bucket', { ERRATA_BLOBS: 's3://a-bucket/some/prefix' }],
  ['a cluster', cluster],
  ['a socket of Redis', { REDIS_URL: '/run/redis.sock' }],
  ['what belongs to a cluster that is not used', { KAFKA_PASSWORD: 'p', KAFKA_OAUTH_SCOPE: 's' }],
  ['other people’s variables', { PATH: '/bin', PARTITIONS: 'x' }],
])('%s may be given', (_what, environment) => {
  expect(refusal(environment)).toBeNull()
})

test('a choice may be written in capitals', () => {
  const environment = { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256', KAFKA_USERNAME: 'u' }
  const config = readConfig({ ...environment, KAFKA_PASSWORD: 'p', ERRATA_S3_ENCRYPTION: 'aes256' })
  expect([config.kafkaSaslMechanism, config.s3Encryption]).toEqual(['scram-sha-256', 'AES256'])
})

describe('Kubernetes says of its services', () => {
  const links = {
    ERRATA_WEB_SERVICE_HOST: '10.0.0.1',
    ERRATA_WEB_SERVICE_PORT: '8080',
    ERRATA_WEB_SERVICE_PORT_HTTP: '8080',
    ERRATA_WEB_PORT: 'tcp://10.0.0.1:8080',
    ERRATA_WEB_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    ERRATA_WEB_PORT_8080_TCP_PROTO: 'tcp',
    ERRATA_WEB_PORT_8080_TCP_PORT: '8080',
    ERRATA_WEB_PORT_8080_TCP_ADDR: '10.0.0.1',
    ERRATA_SERVICE_HOST: 'fd00::1',
    ERRATA_PORT: 'tcp://[fd00::1]:80',
  }

  test.each(Object.entries(links))('%s, which is no setting', (name, value) => {
    expect(refusal({ [name]: value })).toBeNull()
  })

  test.each([
    ['ERRATA_HTP_PORT', '8080'],
    ['ERRATA_WEB_PORT', '8080'],
    ['ERRATA_WEB_SERVICE_HOST', 'localhost'],
    ['ERRATA_WEB_SERVICE_PORT', 'http'],
  ])('nothing like %s=%s', (name, value) => {
    expect(refusal({ [name]: value })).toBe(`unknown setting ${name}`)
  })

  test('what a setting would be, and how to switch it off', () => {
    const said = refusal({ ERRATA_HTTP_PORT: 'tcp://10.0.0.1:80' })
    expect(said).toMatch(/^ERRATA_HTTP_PORT is what Kubernetes says of its service errata-http,/)
    expect(said).toContain('enableServiceLinks: false')
    expect(said).toContain('tcp://10.0.0.1:80')
  })
})

describe('a secret', () => {
  const all = Object.values(settings) as Setting[]
  const secrets = all.filter(({ secret }) => secret).map(({ env }) => env)

  test('can come from a file, and an empty variable beside it is none', () => {
    const file = join(folder, 'password')
    writeFileSync(file, 'hush\n')
    const environment = { KAFKA_USERNAME: 'u', KAFKA_PASSWORD: '', KAFKA_PASSWORD_FILE: file }
    expect(readConfig(environment).kafkaPassword).toBe('hush')
  })

  test.each(secrets)('in %s is in no error', (name) => {
    const planted = ['hush-hush', 'http://who:hush-hush@h:x', 'tcp://hush-hush:1']
    const others = { ERRATA_LOG_LEVEL: 'loud' }
    for (const value of planted) expect(refusal({ ...others, [name]: value })).not.toMatch(/hush/)
  })

  test.each(all.filter(({ type }) => type === 'text').map(({ env }) => env))(
    'in an address that %s is given is in no error',
    (name) => {
      expect(refusal({ [name]: 'ftp://who:hush-hush@h' }) ?? '').not.toMatch(/hush/)
    },
  )
})

test('every number has its bounds', () => {
  const numbers = (Object.values(settings) as Setting[]).filter(({ type }) => type === 'number')
  expect(numbers.filter(({ range }) => range === undefined)).toEqual([])
})

test('an empty schedule is a choice, not a missing one', () => {
  expect(readConfig({ ERRATA_TRAIN_CRON: '' }).trainCron).toBe('')
})

// of nobody: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 36500 -nodes
const ca = `-----BEGIN CERTIFICATE-----
MIIBejCCAR+gAwIBAgIULOmom8/ayq+N5ZHtSFymE8hnLO4wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEzMDAyNTE0OVoYDzIxMjYxMTA2MDI1
MTQ5WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAT1EVlDVv7J9VxFuMrgHbKlX/jrKF8DtTfgyhTHH9DwDnLwp32R+c27N8R53NwF
bt6o5puQacJ4XuEiEkQVLPpCo1MwUTAdBgNVHQ4EFgQUYGMH3MvhdnrNfjdklEGw
rVeVvcEwHwYDVR0jBBgwFoAUYGMH3MvhdnrNfjdklEGwrVeVvcEwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAnIPMa1uEXSnxQ//nub5XNgbuwX/V
sHgtGnEfhFechI0CIQDBgbnuHWKRahGLA6Yft23v+iSqutMt0B40prR3UnuWow==
-----END CERTIFICATE-----`
