/**
 * One statement for all who want the same of the store at the same time: a call waits while the
 * statement before it is under way, and those that waited share the next one. So each is answered by
 * a statement that began after the call.
 */
export function together<Wanted, Answer>(
  ask: (wanted: readonly Wanted[]) => Promise<Answer>,
): (wanted: Wanted) => Promise<Answer> {
  let waiting: Wanted[] = []
  let next: Promise<Answer> | null = null
  let last: Promise<unknown> = Promise.resolve()
  const askNext = async (): Promise<Answer> => {
    await last
    const all = waiting
    waiting = []
    next = null
    const answer = ask(all)
    last = answer.catch(() => {})
    return answer
  }
  return (wanted) => {
    waiting.push(wanted)
    return (next ??= askNext())
  }
}
