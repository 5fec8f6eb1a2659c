/**
 * The analytics sink killed where it hurts, and its store taken away. What must hold afterwards: as many rows as records,
 * none twice, sums equal to the rows that they sum up.
 */

import { once } from 'node:events'
import { closeRig, documents, exactly, fill, openRig, type Rig, settled, startSink } from '../connectors/analytics/rig.ts'
import { startStore } from '../connectors/analytics/store.ts'

let rig: Rig

beforeEach(async () => {
  rig = await openRig()
}, 180_000)

afterEach(() => closeRig(rig))

test.each([
  ['after announcing a batch', 'announced'],
  ['in the middle of an insert', 'inserting'],
  ['between insert and commit', 'inserted'],
])('killed %s, again and again, nothing is lost and nothing is there twice', async (_, point) => {
  await fill(rig)
  for (const after of [1, 3]) {
    const sink = startSink(rig, { point, after })
    await Promise.race([once(sink, 'exit'), settled(rig, exactly(documents))])
    sink.kill('SIGKILL')
  }
  await fill(rig, documents)
  startSink(rig)
  expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
}, 240_000)

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
