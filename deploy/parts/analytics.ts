/**
 * Analytics: the sink that puts every topic into ClickHouse, and, where no server is named, the embedded store behind its
 * gateway as a process of its own (chDB wants a main thread, and one process for each folder).
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startAnalytics } from '../../connectors/analytics.ts'
import { ErrataError } from '../../errors.ts'
import type { Context, Part } from './part.ts'

interface Store {
  readonly writeUrl: string
  readonly failed: Promise<never>
  stop(): Promise<void>
}

export async function startAnalyticsPart(context: Context): Promise<Part> {
  const { config, connection, log } = context
  const store = config.clickhouseUrl === null ? await openStore(context) : null
  const sink = await startAnalytics({ cluster: connection.cluster, registry: connection.registry, config, clickhouseUrl: store?.writeUrl ?? (config.clickhouseUrl as string), log })
  return {
    ready: sink.ready,
    failed: store === null ? sink.failed : Promise.race([sink.failed, store.failed]),
    async stop() {
      await sink.stop()
      await store?.stop()
    },
  }
}

/** The embedded store as a child that ends with us. STORE_UNREACHABLE where it does not come up. */
async function openStore({ config, home, log }: Context): Promise<Store> {
  const script = fileURLToPath(new URL('../store.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx/esm', script, join(home, 'analytics'), config.host, String(config.clickhousePort), '--with-parent'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<never>((_, reject) => child.once('exit', (code, signal) => reject(new ErrataError('STORE_UNREACHABLE', `the analytics store ended with ${code ?? signal ?? 'nothing'}`))))
  ended.catch(() => {})
  const first = await Promise.race([firstLine(child), ended])
  const { url, writeUrl } = JSON.parse(first) as { url: string; writeUrl: string }
  log.info({ url }, 'analytics store runs')
  return { writeUrl, failed: ended, stop: () => end(child) }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
