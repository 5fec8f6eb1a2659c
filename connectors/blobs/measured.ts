/** A blob store whose requests are counted and timed. */

import { Histogram } from 'prom-client'
import { codeOf } from '../../errors.ts'
import type { Blobs } from './blobs.ts'

const durations = new Histogram({
  name: 'errata_blob_request_duration_seconds',
  help: 'Requests to the blob store; outcome is ok or the code of the error',
  labelNames: ['operation', 'outcome'] as const,
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
})

export function measured(blobs: Blobs): Blobs {
  const timed = <In extends readonly unknown[], Out>(
    operation: keyof Blobs,
    act: (...input: In) => Promise<Out>,
  ): ((...input: In) => Promise<Out>) => {
    return async (...input) => {
      const end = durations.startTimer({ operation })
      try {
        const result = await act(...input)
        end({ outcome: 'ok' })
        return result
      } catch (error) {
        end({ outcome: codeOf(error) })
        throw error
      }
    }
  }
  return {
    put: timed('put', blobs.put),
    get: timed('get', blobs.get),
    has: timed('has', blobs.has),
    remove: timed('remove', blobs.remove),
    check: timed('check', blobs.check),
  }
}
