/**
 * Reads documents in lockstep, so that the code of each step stays in the instruction cache: all
 * concurrent documents finish a step before any of them begins the next. The code of all steps
 * together is larger than a core's cache. `await lockstep` separates two steps.
 *
 * Guaranteed: no timer or message runs in between, so a single document goes straight on, and rules
 * and models stay the same until a group is read, as long as no step awaits anything else. If one
 * does, documents fall out of step, which costs only speed.
 */

/** Already fulfilled: awaiting it yields one turn of the microtask queue. */
export const lockstep: Promise<void> = Promise.resolve()
