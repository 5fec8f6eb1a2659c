/**
 * The analytics sink killed where it hurts, and its store taken away. What must hold afterwards: as
 * many rows as records, none twice, sums equal to the rows that they sum up.
 */

import { once } from 'node:events'
import { cpSync, rmSync } from 'node:fs'
import {
  closeRig,
  documents,
  exactly,
  fill,
  openRig,
  type Rig,
  settled,
  startSink,
} from '../connectors/clickhouse/rig.ts'
import { startStore } from '../connectors/clickhouse/store.ts'

let rig: Rig

beforeEach(async () => {
  rig = await openRig()
}, 180_000)

afterEach(() => closeRig(rig))

test.each([
  ['after announcing a batch', 'announced'],
  ['in the middle of an insert', 'inserting'],
  ['between insert and commit', 'inserted'],
])(
  'killed %s, again and again, nothing is lost and nothing is there twice',
  async (_, point) => {
    await fill(rig)
    for (const after of [1, 3]) {
      const sink = startSink(rig, { point, after })
      await Promise.race([once(sink, 'exit'), settled(rig, exactly(documents))])
      sink.kill('SIGKILL')
    }
    await fill(rig, documents)
    startSink(rig)
    expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
  },
  240_000,
)

test('a store that goes away in the middle and comes back has everything once', async () => {
  await fill(rig)
  startSink(rig)
  await settled(rig, exactly(documents))
  const port = Number(new URL(rig.store.url).port)
  await rig.store.end('SIGKILL')
  await fill(rig, documents)
  await new Promise((resolve) => setTimeout(resolve, 3000)) // long enough for several attempts
  rig.store = await startStore(rig.store.folder, port)
  expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
}, 180_000)

/** The store, with its process ended, its folder as `change` leaves it, and the process back. */
async function withStoreEnded(change: (folder: string) => void): Promise<void> {
  const { folder, url } = rig.store
  await rig.store.end('SIGTERM')
  change(folder)
  rig.store = await startStore(folder, Number(new URL(url).port))
}

test('a store that is lost while the sink runs has everything again, once', async () => {
  await fill(rig)
  startSink(rig)
  await settled(rig, exactly(documents))
  await withStoreEnded((folder) => rmSync(folder, { recursive: true }))
  await fill(rig, documents)
  expect(await settled(rig, exactly(2 * documents), 120_000)).toEqual(exactly(2 * documents))
}, 300_000)

test.each(['running', 'stopped'])(
  'a store that is restored from an earlier copy, its sink %s, has everything once',
  async (state) => {
    await fill(rig)
    let sink = startSink(rig)
    await settled(rig, exactly(documents))
    await withStoreEnded((folder) => cpSync(folder, `${folder}.copy`, { recursive: true }))
    await fill(rig, documents)
    expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
    if (state === 'stopped') {
      sink.kill('SIGTERM')
      await once(sink, 'exit')
    }
    await withStoreEnded((folder) => {
      rmSync(folder, { recursive: true })
      cpSync(`${folder}.copy`, folder, { recursive: true })
    })
    if (state === 'stopped') sink = startSink(rig)
    await fill(rig, 2 * documents)
    expect(await settled(rig, exactly(3 * documents), 120_000)).toEqual(exactly(3 * documents))
  },
  300_000,
)
