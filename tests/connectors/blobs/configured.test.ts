/** Which blob store the settings name, and which settings are refused. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../config.ts'
import { blobsAt, blobsOf } from '../../../connectors/blobs/configured.ts'
import { openBlobs } from '../../../connectors/blobs/blobs.ts'
import { ErrataError } from '../../../errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-configured-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const refusalOf = (environment: Record<string, string>): string => {
  try {
    blobsOf(readConfig(environment))
    return 'nothing'
  } catch (error) {
    return error instanceof ErrataError ? `${error.code}: ${error.message}` : String(error)
  }
}

test.each([
  ['ERRATA_HOME where nothing is said', { ERRATA_HOME: join(folder, 'home') }, 'home/blobs'],
  ['a folder of its own', { ERRATA_BLOBS: join(folder, 'own') }, 'own'],
])('the store is in %s', async (_what, environment, below) => {
  const config = readConfig(environment)
  const sha256 = await blobsOf(config).put(Buffer.from('x'))
  expect(await openBlobs(join(folder, below)).has(sha256)).toBe(true)
  expect(blobsAt(config)).toBe(join(folder, below))
})

const bucket = { ERRATA_BLOBS: 's3://documents/errata', AWS_REGION: 'eu-central-1' }

test.each([
  ['no region', { ERRATA_BLOBS: 's3://documents' }, 'AWS_REGION is needed'],
  ['no secret', { ...bucket, AWS_ACCESS_KEY_ID: 'AKIA' }, 'AWS_ACCESS_KEY_ID needs'],
  ['no key', { ...bucket, AWS_SECRET_ACCESS_KEY: 'hush' }, 'AWS_SECRET_ACCESS_KEY needs'],
  ['a key of no encryption', { ...bucket, ERRATA_S3_KMS_KEY: 'k' }, 'ERRATA_S3_KMS_KEY needs'],
  ['a key in the address', { ERRATA_BLOBS: 's3://AKIA:hush@documents' }, 'ERRATA_BLOBS must be'],
  [
    'a password in the endpoint',
    { ...bucket, AWS_ENDPOINT_URL_S3: 'http://AKIA:hush@host' },
    'AWS_ENDPOINT_URL_S3 must not hold',
  ],
])('a bucket with %s is refused by the name of the setting', (_what, environment, why) => {
  expect(refusalOf(environment)).toContain(`CONFIG_INVALID: ${why}`)
  expect(refusalOf(environment)).not.toContain('hush')
})

test('a bucket with its region and a role is accepted', () =>
  expect(refusalOf(bucket)).toBe('nothing'))

test('keys come from files, sign every request, and nobody else is asked for any', async () => {
  const asked: (string | undefined)[] = []
  const answerMissing = createServer(({ headers }, answer) => {
    asked.push(headers.authorization)
    answer.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  })
  const metadata = createServer((_asked, answer) => {
    asked.push('metadata')
    answer.writeHead(404).end()
  })
  for (const server of [answerMissing, metadata])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const portOf = (server: typeof metadata): number => (server.address() as AddressInfo).port
  const before = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = `http://127.0.0.1:${portOf(metadata)}`
  try {
    const fileOf = (name: string, text: string): string => {
      writeFileSync(join(folder, name), `${text}\n`)
      return join(folder, name)
    }
    const config = readConfig({
      ...bucket,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${portOf(answerMissing)}`,
      AWS_ACCESS_KEY_ID_FILE: fileOf('key', 'AKIAFROMFILE'),
      AWS_SECRET_ACCESS_KEY_FILE: fileOf('secret', 'hush'),
    })
    expect(await blobsOf(config).has('ab'.repeat(32))).toBe(false)
    expect(asked).toEqual([expect.stringMatching(/Credential=AKIAFROMFILE\/\d+\/eu-central-1\/s3/)])
  } finally {
    if (before === undefined) delete process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT
    else process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = before
    for (const server of [answerMissing, metadata]) {
      server.closeAllConnections()
      server.close()
    }
  }
})
