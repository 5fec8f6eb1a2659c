/** The server's event stream. */

import { request } from './api.ts'

const againMs = [1000, 2000, 5000, 10_000] // before reconnecting, by number of failures

/**
 * Listens to the server's events until the returned function is called, and reconnects after each
 * loss. Uses fetch, since EventSource can't send a token.
 */
export function listenToEvents(
  onEvent: (name: string, data: Record<string, unknown>) => void,
  onState: (live: boolean) => void,
): () => void {
  const stop = new AbortController()
  const run = async (): Promise<void> => {
    for (let failures = 0; !stop.signal.aborted;) {
      try {
        const body = (await request('/api/events', { signal: stop.signal }))
          .body as ReadableStream<Uint8Array>
        onState(true)
        failures = 0
        await readEvents(body, onEvent)
      } catch {
        failures++
      }
      if (stop.signal.aborted) return
      onState(false)
      await new Promise((done) => setTimeout(done, againMs[Math.min(failures, againMs.length - 1)]))
    }
  }
  void run()
  return () => stop.abort()
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (name: string, data: Record<string, unknown>) => void,
): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  for (let rest = ''; ;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop() as string
    for (const block of blocks) {
      const name = /^event: (.+)$/m.exec(block)?.[1]
      const data = /^data: (.+)$/m.exec(block)?.[1]
      if (name !== undefined && data !== undefined)
        onEvent(name, JSON.parse(data) as Record<string, unknown>)
    }
  }
}
