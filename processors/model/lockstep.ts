/**
 * Documents abreast: all that are in hand take a step one after the other before any of them takes
 * the next.
 *
 * The code of all steps is more than a core's cache holds. A document alone brings every step's
 * code in anew; a group brings it in once. `await abreast` stands between two steps.
 *
 * Guaranteed: no timer and no message comes in between, so a document that is alone only goes on,
 * and rules and models stay the same until a group is read, as long as no step waits for anything
 * else. Where one does, documents fall out of step: that costs speed, nothing more.
 */

/** Fulfilled: waiting for it takes a turn of the microtask queue. */
export const abreast: Promise<void> = Promise.resolve()
