/**
 * Real S3 servers for tests, none of them ours: moto from PyPI, there in seconds, and the Versity
 * gateway, a Go program that takes minutes to build, where `npm run test:integrations s3` has built
 * it. moto knows no wrong key and no wrong checksum; the gateway does.
 */

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BucketPlace } from '../connectors/blobs/bucket.ts'
import { goTool, goToolPath } from './go-tool.ts'
import { openPort } from './ports.ts'
import { hasPython, venv } from './python.ts'

export interface TestS3 {
  readonly endpoint: string
  readonly place: (bucket: string) => BucketPlace
  readonly makeBucket: (bucket: string) => Promise<void>
  readonly dropBucket: (bucket: string) => Promise<void>
  /** Bytes under a key, past Errata. */
  readonly put: (bucket: string, key: string, bytes: Uint8Array) => Promise<void>
  readonly keys: (bucket: string) => Promise<readonly string[]>
  readonly keepVersions: (bucket: string) => Promise<void>
  /** Keys of all versions that hold bytes. */
  readonly versions: (bucket: string) => Promise<readonly string[]>
  /** SIGKILL. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const versity = { module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' }
const motoPackages = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5']

export const testKeys = {
  accessKeyId: 'AKIATESTONLY',
  secretAccessKey: 'a-secret-of-these-tests-only',
} as const

/** The servers that can be had without building anything. */
export const servers: readonly (readonly [string, () => Promise<TestS3>])[] = [
  ...(hasPython ? [['moto', startMoto] as const] : []),
  ...(existsSync(goToolPath(versity)) ? [['versitygw', startVersity] as const] : []),
]
if (!hasPython) process.stderr.write('SKIPPED: no python3 with venv for moto, an S3 server\n')
if (!existsSync(goToolPath(versity)))
  process.stderr.write('SKIPPED: versitygw; `npm run test:integrations s3` builds it\n')

/** Builds the gateway into the cache, once. Throws where Go or the module can't be had. */
export const buildVersity = (): string => goTool(versity)

async function startMoto(): Promise<TestS3> {
  const program = join(await venv('moto', motoPackages), 'bin', 'moto_server')
  return startServer(
    (port) => [program, ['-H', '127.0.0.1', '-p', String(port)]],
    () => {},
  )
}

export async function startVersity(): Promise<TestS3> {
  const folder = mkdtempSync(join(tmpdir(), 'errata-versity-'))
  const [root, versions] = [join(folder, 'root'), join(folder, 'versions')]
  for (const one of [root, versions]) mkdirSync(one)
  const { accessKeyId, secretAccessKey } = testKeys
  const words = ['--quiet', '--keep-alive', '-a', accessKeyId, '-s', secretAccessKey]
  return startServer(
    (port) => [
      goToolPath(versity),
      [...words, '-p', `127.0.0.1:${port}`, 'posix', '--versioning-dir', versions, root],
    ],
    () => rmSync(folder, { recursive: true, force: true }),
  )
}

async function startServer(
  commandAt: (port: number) => readonly [program: string, words: readonly string[]],
  remove: () => void,
): Promise<TestS3> {
  const port = await openPort()
  const endpoint = `http://127.0.0.1:${port}`
  let child: ChildProcess
  const start = async (): Promise<void> => {
    const [program, words] = commandAt(port)
    child = spawn(program, words, { stdio: 'ignore' })
    while (
      !(await fetch(endpoint).then(
        () => true,
        () => false,
      ))
    ) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
      await sleep(50)
    }
  }
  const kill = async (): Promise<void> => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  await start()
  const client = new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: testKeys,
  })
  const keys: TestS3['keys'] = async (Bucket) =>
    ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(
      ({ Key = '' }) => Key,
    )
  return {
    endpoint,
    place: (bucket) => ({
      bucket,
      endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: testKeys,
      encryption: null,
      kmsKey: null,
    }),
    makeBucket: async (Bucket) => void (await client.send(new CreateBucketCommand({ Bucket }))),
    async dropBucket(Bucket) {
      for (const Key of await keys(Bucket))
        await client.send(new DeleteObjectCommand({ Bucket, Key }))
      await client.send(new DeleteBucketCommand({ Bucket }))
    },
    put: async (Bucket, Key, Body) =>
      void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
    keys,
    keepVersions: async (Bucket) =>
      void (await client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      )),
    versions: async (Bucket) =>
      ((await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? []).map(
        ({ Key = '' }) => Key,
      ),
    kill,
    start,
    async stop() {
      client.destroy()
      await kill()
      remove()
    },
  }
}
