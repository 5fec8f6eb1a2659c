/**
 * The outside systems that a process is asked about, and what each of them being away means:
 *
 *   broker, registry       not ready: nothing can be read or written, or not after a restart
 *   blob store             not ready: documents and models can't be read
 *   ClickHouse             not ready for analytics; the pages work without it and note it
 *   Redis                  a note: readings are not shared, and locks are each instance's own
 */

import {
  hostOf,
  openClickhouse,
  type StoreAddress,
} from '../../connectors/clickhouse/clickhouse.ts'
import { openRedisPing, redisOf, type RedisSettings } from '../../connectors/redis/redis.ts'
import { openProbe, type Probe } from './probe.ts'
import type { ServiceContext } from './service.ts'

/** What is noted of a system that isn't needed. */
export interface Notes {
  notes(): readonly string[]
  stop(): void
}

export function probeBroker({ cluster }: ServiceContext['connection']): Probe {
  const ask = (): Promise<unknown> => cluster.ask((admin) => admin.describeCluster())
  return openProbe({ what: 'the broker', code: 'BROKER_UNREACHABLE', ask })
}

export function probeRegistry({ registry }: ServiceContext['connection']): Probe {
  return openProbe({
    what: 'the registry',
    code: 'REGISTRY_UNREACHABLE',
    ask: () => registry.check(),
  })
}

export function probeBlobs({ blobs }: Pick<ServiceContext, 'blobs'>): Probe {
  return openProbe({ what: 'the blob store', code: 'STORE_UNREACHABLE', ask: () => blobs.check() })
}

const storeDeadlineMs = 10_000
const storePatienceMs = 30_000 // the queries of readers may keep it busy

/** With a client of its own, whose connections nobody else waits for. */
export function probeClickhouse(address: StoreAddress): Probe {
  const store = openClickhouse(address, { readOnly: true, deadlineMs: storeDeadlineMs })
  const probe = openProbe({
    what: `the analytics store at ${hostOf(address)}`,
    code: 'STORE_UNREACHABLE',
    ask: () => store.query('SELECT 1'),
    patienceMs: storePatienceMs,
  })
  return {
    ...probe,
    stop() {
      probe.stop()
      void store.close()
    },
  }
}

export function probeRedis(settings: RedisSettings): Notes {
  const address = redisOf(settings)
  if (address === null) return { notes: () => [], stop() {} }
  const redis = openRedisPing(address)
  const probe = openProbe({ what: 'Redis', code: 'STORE_UNREACHABLE', ask: () => redis.ping() })
  return {
    notes: () => notesOf(probe),
    stop() {
      probe.stop()
      redis.close()
    },
  }
}

/** Of a probe whose system isn't needed. */
export function notesOf(probe: Probe): readonly string[] {
  return probe.problems().map(({ code, why }) => `${code}: ${why}`)
}
