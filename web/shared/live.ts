/**
 * Live updates: one event connection for a page, and none while it is hidden, since a browser
 * allows few connections to a server and each tab would hold one. A page that becomes visible
 * fetches again.
 */

import { useEffect, useState } from 'preact/hooks'
import { listenToEvents } from './events.ts'

type Data = Readonly<Record<string, unknown>>
interface Listener {
  readonly onEvent: (name: string, data: Data) => void
  readonly onState: (live: boolean) => void
}

const listeners = new Set<Listener>()
let stop: (() => void) | null = null
let live = false

function begin(): void {
  if (stop !== null || listeners.size === 0 || document.visibilityState === 'hidden') return
  stop = listenToEvents(
    (name, data) => listeners.forEach(({ onEvent }) => onEvent(name, data)),
    (now) => {
      live = now
      listeners.forEach(({ onState }) => onState(now))
    },
  )
}

function end(): void {
  stop?.()
  stop = null
  live = false
}

document.addEventListener('visibilitychange', () =>
  document.visibilityState === 'hidden' ? end() : begin(),
)

function join(listener: Listener): () => void {
  listeners.add(listener)
  begin()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) end()
  }
}

/** Whether the page receives events now. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(live)
  useEffect(() => join({ onEvent: () => {}, onState: setConnected }), [])
  return connected
}

const slowest = 4 // times the duration of the last request, at least, between two requests
const leastMs = 3_000
// how long a request waits for the event connection: a response from before it may miss a change
const connectingMs = 250

/**
 * Calls `load` once events arrive (or after `connectingMs` without them), with each reconnection,
 * when `mark` changes, and after each event that `concerns` accepts, at a limited rate. Does
 * nothing while `mark` is null.
 */
export function useLoaded(
  mark: string | null,
  load: (isCurrent: () => boolean) => Promise<void>,
  concerns: (name: string, data: Data) => boolean,
): void {
  useEffect(() => {
    if (mark === null) return undefined
    let [current, busy, again, timer]: [
      boolean,
      boolean,
      boolean,
      ReturnType<typeof setTimeout> | undefined,
    ] = [true, false, false, undefined]
    const run = async (): Promise<void> => {
      clearTimeout(timer)
      busy = true
      again = false
      const began = performance.now()
      await load(() => current)
      const took = performance.now() - began
      timer = setTimeout(
        () => {
          busy = false
          if (again && current) void run()
        },
        Math.max(leastMs, slowest * took),
      )
    }
    const ask = (): void => {
      if (busy) again = true
      else void run()
    }
    const leave = join({
      onEvent: (name, data) => concerns(name, data) && ask(),
      onState: (now) => now && ask(),
    })
    if (live) void run()
    else timer = setTimeout(() => void run(), connectingMs)
    return () => {
      current = false
      clearTimeout(timer)
      leave()
    }
  }, [mark])
}

/**
 * Calls `ask` now and with each connection, and `told` with the data of each event of this name.
 */
export function useEventState(
  name: string,
  ask: () => Promise<void>,
  told: (data: Data) => void,
): void {
  useEffect(() => {
    void ask()
    return join({
      onEvent: (event, data) => event === name && told(data),
      onState: (now) => now && void ask(),
    })
  }, [])
}

/** The analytics store has new rows. */
export const isStored = (name: string): boolean => name === 'stored'
