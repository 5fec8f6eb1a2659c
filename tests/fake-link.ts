/**
 * The way between one cluster object of the fake cluster and its broker: each request takes a turn
 * of the event loop, and fails when told to.
 */

export type FakeRequest =
  | 'produce'
  | 'fetch'
  | 'offsetFetch'
  | 'initProducerId'
  | 'addPartitions'
  | 'addOffsets'
  | 'offsetCommit'
  | 'endTransaction'
  | 'admin'

export interface Link {
  /** The next request of this kind is carried out, and its answer is lost. */
  lose(request: FakeRequest): void
  /** The next request of this kind is refused with this type of the protocol's errors. */
  refuse(request: FakeRequest, type: string): void
  /** Requests of this kind are never answered from now on. */
  hang(request: FakeRequest): void
  /** `act` is called once, before the next request of this kind is carried out. */
  before(request: FakeRequest, act: () => void): void
  /** Nothing passes until `heal`. */
  cut(): void
  heal(): void
  /** How many answers were lost. */
  lost(): number
  /** How many requests of this kind were made. */
  seen(request: FakeRequest): number
  pass<T>(request: FakeRequest, act: () => T): Promise<T>
}

export const refusalOf = (type: string): Error =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type })
const lostConnection = (): Error =>
  Object.assign(new Error('the connection was lost'), { name: 'KafkaJSConnectionError' })

export function openLink(): Link {
  const faults = new Map<FakeRequest, string | null>() // the type of a refusal; null: the answer is lost
  const hanging = new Set<FakeRequest>()
  const acts = new Map<FakeRequest, () => void>()
  const seen = new Map<FakeRequest, number>()
  let lost = 0
  let isCut = false
  return {
    lose: (request) => void faults.set(request, null),
    refuse: (request, type) => void faults.set(request, type),
    hang: (request) => void hanging.add(request),
    before: (request, act) => void acts.set(request, act),
    cut: () => void (isCut = true),
    heal: () => void (isCut = false),
    lost: () => lost,
    seen: (request) => seen.get(request) ?? 0,
    async pass(request, act) {
      seen.set(request, (seen.get(request) ?? 0) + 1)
      await new Promise(setImmediate)
      acts.get(request)?.()
      acts.delete(request)
      if (hanging.has(request)) return new Promise(() => {})
      if (isCut) throw lostConnection()
      const fault = faults.get(request)
      if (fault === undefined) return act()
      faults.delete(request)
      if (fault !== null) throw refusalOf(fault)
      act()
      lost++
      throw lostConnection()
    },
  }
}
