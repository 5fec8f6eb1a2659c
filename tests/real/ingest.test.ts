/** The command line's way in, on the real broker. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs, sha256Of } from '../../connectors/blobs/blobs.ts'
import { connect } from '../../operations/connect.ts'
import { ingest } from '../../cli/ingest.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { follow } from '../../runtime/follow.ts'
import type { Raw } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { pdfOf } from '../papers.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

test('a folder becomes records of raw, small documents whole and large ones by hash, and twice the same ids', async () => {
  const home = mkdtempSync(join(tmpdir(), 'errata-ingest-home-'))
  const folder = mkdtempSync(join(tmpdir(), 'errata-ingest-'))
  const config = testConfig({ home, inlineBytes: 3_000 })
  const connection = await connect(config, silent)
  const out: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out.push(String(text))
    return true
  })
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    await ensureTopics(connection.cluster, config)
    const small = await pdfOf([{ text: 'small', x: 50, y: 700 }])
    const large = await pdfOf([{ text: 'large', x: 50, y: 700 }], { pages: 30 })
    expect([small.length < 3_000, large.length > 3_000]).toEqual([true, true])
    writeFileSync(join(folder, 'small.pdf'), small)
    writeFileSync(join(folder, 'large.pdf'), large)
    expect(await ingest(config, [folder], { profile: 'receipt', watch: false })).toBe(0)
    expect(
      await ingest(config, [folder, join(folder, 'missing.pdf')], {
        profile: 'receipt',
        watch: false,
      }),
    ).toBe(1)
    expect(await ingest(config, [folder], { profile: 'unknown', watch: false })).toBe(2)

    const records: Raw[] = []
    const table = follow({
      ...connection,
      topic: 'raw',
      name: topicName('raw', config.topicPrefix),
      log: silent,
      apply: (_key, value) => {
        if (value !== null) records.push(value)
      },
    })
    await table.ready
    await table.stop()
    expect(records).toHaveLength(4)
    expect(new Set(records.map((record) => record.documentId))).toEqual(
      new Set(out.map((line) => (JSON.parse(line) as { documentId: string }).documentId)),
    )
    expect(
      records
        .filter((record) => record.fileName === 'small.pdf')
        .every((record) => record.bytes?.equals(small)),
    ).toBe(true)
    const byHash = records.filter((record) => record.fileName === 'large.pdf')
    expect(byHash.map(({ bytes, sha256, profile }) => [bytes, sha256, profile])).toEqual([
      [null, sha256Of(large), 'receipt'],
      [null, sha256Of(large), 'receipt'],
    ])
    expect((await openBlobs(join(home, 'blobs')).get(sha256Of(large))).equals(large)).toBe(true)
  } finally {
    jest.restoreAllMocks()
    await connection.close()
    rmSync(home, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
