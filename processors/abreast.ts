/**
 * Documents abreast: all that are in hand take a step one after the other before any of them takes the next.
 *
 * The code of all steps is more than a core's cache holds. A document alone brings every step's code in anew; a group
 * brings it in once. `await abreast` stands between two steps.
 *
 * Guaranteed: nothing but the documents in hand runs meanwhile, no timer and no message, so a document that is alone only
 * goes on, and what a group reads (rules, models) stays the same until all of it is read. Not guaranteed: that documents
 * which wait for something else at different places stay abreast; that costs speed, nothing more.
 */

/** Fulfilled: waiting for it takes a turn of the microtask queue. */
export const abreast: Promise<void> = Promise.resolve()
