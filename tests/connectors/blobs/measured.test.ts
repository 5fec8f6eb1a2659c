import { register } from 'prom-client'
import { missing, type Blobs } from '../../../connectors/blobs/blobs.ts'
import { measured } from '../../../connectors/blobs/measured.ts'

test('requests to the store are counted by operation and outcome, and pass as they are', async () => {
  const bytes = Buffer.from('bytes')
  const store: Blobs = {
    put: async (given) => String(given.length),
    get: async (sha256) => (sha256 === 'here' ? bytes : Promise.reject(missing(sha256))),
    has: async () => true,
    remove: async () => false,
    check: async () => {},
  }
  const blobs = measured(store)
  expect(await blobs.put(bytes)).toBe('5')
  expect(await blobs.get('here')).toBe(bytes)
  await expect(blobs.get('away')).rejects.toMatchObject({ code: 'BLOB_MISSING' })
  expect([await blobs.has('here'), await blobs.remove('here')]).toEqual([true, false])
  await blobs.check()
  const counts = (await register.metrics()).match(/^errata_blob_request_duration_seconds_count.*/gm)
  expect(counts?.map((line) => line.replace(/^[^{]*/, ''))).toEqual([
    '{operation="put",outcome="ok"} 1',
    '{operation="get",outcome="ok"} 1',
    '{operation="get",outcome="BLOB_MISSING"} 1',
    '{operation="has",outcome="ok"} 1',
    '{operation="remove",outcome="ok"} 1',
    '{operation="check",outcome="ok"} 1',
  ])
})
