import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { codeOf } from '../errors.ts'

const codeFrom = (environment: Record<string, string>): unknown => {
  try {
    readConfig(environment)
    return null
  } catch (error) {
    return codeOf(error)
  }
}

describe('settings', () => {
  test('an empty environment gives the defaults', () => {
    expect(readConfig({})).toMatchObject({
      topicPrefix: 'invoices.',
      partitions: 4,
      brokers: null,
      kafkaInsecure: false,
    })
  })

  test.each([
    ['an unknown ERRATA_ variable', { ERRATA_PARTITION: '4' }, 'CONFIG_INVALID'],
    ['a number that is none', { ERRATA_PARTITIONS: 'many' }, 'CONFIG_INVALID'],
    ['a truth value that is none', { ERRATA_KAFKA_INSECURE: 'maybe' }, 'CONFIG_INVALID'],
    ['a deadline of no time', { ERRATA_DOCUMENT_TIMEOUT_MS: '0' }, 'CONFIG_INVALID'],
    [
      'a deadline that no timer can count',
      { ERRATA_DOCUMENT_TIMEOUT_MS: '3000000000' },
      'CONFIG_INVALID',
    ],
    [
      'a deadline of a page that no timer can count',
      { ERRATA_READ_TIMEOUT_MS: '3000000000' },
      'CONFIG_INVALID',
    ],
    ['a token that can be guessed', { ERRATA_TOKEN: 'fifteen letters' }, 'CONFIG_INVALID'],
    ['a token of sixteen characters', { ERRATA_TOKEN: 'sixteen letters.' }, null],
    [
      'proxies by address and by network',
      { ERRATA_TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8' },
      null,
    ],
    ['a proxy by its name', { ERRATA_TRUSTED_PROXIES: '10.0.0.1,proxy' }, 'CONFIG_INVALID'],
    ['a network of too many bits', { ERRATA_TRUSTED_PROXIES: '10.0.0.0/33' }, 'CONFIG_INVALID'],
    ['blobs in a folder', { ERRATA_BLOBS: '/srv/blobs' }, null],
    ['blobs in a bucket', { ERRATA_BLOBS: 's3://a-bucket/some/prefix' }, null],
    ['blobs in a bucket of no name', { ERRATA_BLOBS: 's3://' }, 'CONFIG_INVALID'],
    ['a prefix that climbs', { ERRATA_BLOBS: 's3://bucket/../other' }, 'CONFIG_INVALID'],
    ['blobs in another kind of store', { ERRATA_BLOBS: 'gs://bucket' }, 'CONFIG_INVALID'],
    ['an endpoint without a scheme', { AWS_ENDPOINT_URL_S3: 'minio:9000' }, 'CONFIG_INVALID'],
    ['a file of a secret that is not there', { KAFKA_PASSWORD_FILE: '/none' }, 'CONFIG_INVALID'],
    ['an unknown encryption', { ERRATA_S3_ENCRYPTION: 'rot13' }, 'CONFIG_INVALID'],
    ["other people's variables are none of our business", { PATH: '/bin', PARTITIONS: 'x' }, null],
  ])('%s', (_what, environment, expected) => {
    expect(codeFrom(environment as Record<string, string>)).toBe(expected)
  })

  test('a secret can come from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'errata-config-')), 'password')
    writeFileSync(file, 'secret\n')
    expect(readConfig({ KAFKA_PASSWORD_FILE: file }).kafkaPassword).toBe('secret')
  })

  test('an empty schedule is a choice, not a missing one', () => {
    expect(readConfig({ ERRATA_TRAIN_CRON: '' }).trainCron).toBe('')
  })
})
