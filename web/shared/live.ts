/**
 * What the server says has changed, for the pages that show it: one connection for a page, and none
 * while nobody sees it, since a browser has few connections to a server and each tab would hold
 * one. Whoever comes back asks again.
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

/** Whether the page hears of changes now. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(live)
  useEffect(() => join({ onEvent: () => {}, onState: setConnected }), [])
  return connected
}

const slowest = 4 // times as long as the last answer took, at least, between two questions
const leastMs = 3_000
// what is asked for waits so long for the events, since an answer from before them may miss one
const connectingMs = 250

/**
 * `load` as soon as the page hears of changes (or can't for a while), again with each connection,
 * when what is asked for changes (`mark`), and after each event that `concerns` accepts, though not
 * all the time where answers take long. Nothing while `mark` is null.
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

/** `ask` now and with each connection; `told` with what an event of this name says. */
export function useTold(name: string, ask: () => Promise<void>, told: (data: Data) => void): void {
  useEffect(() => {
    void ask()
    return join({
      onEvent: (event, data) => event === name && told(data),
      onState: (now) => now && void ask(),
    })
  }, [])
}

/** The store has more of something. */
export const isStored = (name: string): boolean => name === 'stored'
