/**
 * Reads documents in lockstep, so that the code of each step stays in the instruction cache: all
 * documents in hand finish a step before any of them begins the next. The code of all steps
 * together is larger than a core's cache. `await lockstep` stands between two steps.
 *
 * Guaranteed: no timer and no message comes in between, so a single document simply goes on, and
 * rules and models stay the same until a group is read, as long as no step waits for anything else.
 * Where one does, documents fall out of step; that costs speed, nothing more.
 */

/** Fulfilled: waiting for it takes a turn of the microtask queue. */
export const lockstep: Promise<void> = Promise.resolve()
