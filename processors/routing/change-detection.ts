/**
 * Detects when a stream of observations changed: two kinds of bets against "nothing has changed",
 * and an alarm when the bets have won too much.
 *
 * Bets on ranks: how strange is an observation among all so far? While observations are
 * exchangeable, its smoothed conformal p-value is uniform, whatever is measured and however it is
 * distributed, and independent of the earlier ones; a bet that pays for small p-values is then fair
 * (Vovk, Nouretdinov and Gammerman 2003; power betting after Fedorova et al. 2012). Bets on odds:
 * are mistakes more frequent than promised? A likelihood ratio (Wald 1945) against the promised
 * error rate.
 *
 * The alarm adds up the bets that could have begun at each observation: Shiryaev (1963) and Roberts
 * (1966). While the bets are fair their sum less the number of observations is a martingale, so
 * when nothing has changed an alarm at `limit` comes after at least `limit` observations on average
 * (Vovk et al. 2021, Retrain or not retrain). Nothing more is guaranteed: an alarm may come sooner,
 * and how soon a change is detected depends on how many observations preceded it.
 *
 * Pure: the caller passes numbers in [0, 1) that break ties, so the same observations give the same
 * alarm.
 */

const power = 0.5 // of the bet on a p-value: pays power * p^(power - 1)
// the bet on mistakes pays best where their odds are this multiple of the promised odds
const oddsRatio = 6
const least = 1e-6 // smaller p-values pay no more

export interface DetectedChange {
  /** Index of the observation that raised the alarm. */
  readonly at: number
  /**
   * Index of the first observation that seems to belong to the new state: where the winning
   * sequence of bets began.
   */
  readonly from: number
}

/**
 * The first alarm in a sequence of payoffs, each at least 0 and on average at most 1 while nothing
 * has changed; null where there is none.
 */
export function alarmIn(payoffs: readonly number[], limit: number): DetectedChange | null {
  // row: logarithm of the best sequence of bets that ends here, which begins at from
  let [sum, row, from] = [0, 0, 0]
  for (const [at, payoff] of payoffs.entries()) {
    sum = (1 + sum) * payoff
    if (row <= 0) [row, from] = [0, at]
    row += Math.log(payoff)
    if (sum >= limit) return { at, from }
  }
  return null
}

/**
 * Payoffs of bets that an observation is stranger than those before it. `strangenessAmong(n)` gives
 * the strangeness of the first n observations among these n, and must not depend on their order;
 * `tie(i)` is uniform in [0, 1).
 */
export function rankBets(
  count: number,
  strangenessAmong: (n: number) => readonly number[],
  tie: (i: number) => number,
): number[] {
  return Array.from({ length: count }, (_, i) => {
    const strangeness = strangenessAmong(i + 1)
    const own = strangeness[i] as number
    const stranger = strangeness.filter((other) => other > own).length
    const equal = strangeness.filter((other) => other === own).length
    return power * Math.max(least, (stranger + tie(i) * equal) / (i + 1)) ** (power - 1)
  })
}

/**
 * The payoff of a bet that mistakes are more frequent than `doubt`, a probability; also fair where
 * they are less frequent.
 */
export function oddsBet(doubt: number, wrong: boolean): number {
  const fair = 1 + (oddsRatio - 1) * Math.min(1, doubt)
  return (wrong ? oddsRatio : 1) / fair
}
