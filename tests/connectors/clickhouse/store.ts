/** The embedded store as a child process, as in production: inside jest the engine would crash. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Readers } from '../../../connectors/chdb/access.ts'

export interface TestStore {
  readonly url: string
  readonly writeUrl: string
  readonly folder: string
  /** Whoever may read from now on; everybody on this machine at the start. */
  allow(readers: Readers): void
  /** Ends the process as given and waits for its end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

export async function startStore(
  folder = join(mkdtempSync(join(tmpdir(), 'errata-store-')), 'analytics'),
  port = 0,
): Promise<TestStore> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx/esm',
      'deploy/instance/chdb-server.ts',
      folder,
      '127.0.0.1',
      String(port),
      '--with-parent',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const allow = (readers: Readers): void =>
    void child.stdin.write(`${JSON.stringify({ readers })}\n`)
  allow(null)
  const ready = await firstLine(child)
  const { url, writeUrl } = JSON.parse(ready) as { url: string; writeUrl: string }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  return {
    url,
    writeUrl,
    folder,
    allow,
    end,
    remove: async () => {
      await end('SIGTERM')
      rmSync(join(folder, '..'), { recursive: true, force: true })
    },
  }
}

async function firstLine(child: { readonly stdout: Readable }): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString()
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'))
  }
  throw new Error('the store ended before it was ready')
}
