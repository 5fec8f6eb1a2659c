/**
 * Net + tax = total: combines three independent pointers. The weight of each combination of options
 * is the product of their probabilities, times a bonus where the sum holds; each pointer then gets
 * the marginals of its options (a product of experts: Hinton 2002). Certain options stay; the sum
 * decides doubtful ones. Options of "not on this document" take part without bonus.
 */

interface Weighed {
  readonly value: string
  readonly first: number // breaks ties: the lower one comes first
  readonly probability: number
}

/** Fields that add up, where a profile has all three. */
export const totalsFields = ['net_total', 'tax_total', 'grand_total'] as const

// odds for a sum that holds: three printed amounts rarely add up by chance
const bonus = 500
const most = 12 // options of each that are combined

/** New options, best first; probabilities of each still sum to at most 1. */
export function constrainTotals<Option extends Weighed>(
  parts: readonly (readonly Option[])[],
): Option[][] {
  const lists = parts.map((options) =>
    options.slice(0, most).map((option) => ({
      probability: option.probability,
      amount: Math.round(Number(option.value) * 100),
    })),
  )
  const choices = lists.map((list) => [
    ...list,
    {
      probability: Math.max(1e-6, 1 - list.reduce((sum, { probability }) => sum + probability, 0)),
      amount: Number.NaN,
    },
  ])
  const [nets, taxes, totals] = choices as [
    (typeof choices)[0],
    (typeof choices)[0],
    (typeof choices)[0],
  ]
  const marginals = choices.map((list) => new Array<number>(list.length).fill(0))
  let sum = 0
  nets.forEach((net, n) =>
    taxes.forEach((tax, t) =>
      totals.forEach((total, g) => {
        // hundredths: tolerance for a rounded tax
        const holds = Math.abs(net.amount + tax.amount - total.amount) <= 1
        const weight = net.probability * tax.probability * total.probability * (holds ? bonus : 1)
        sum += weight
        for (const [part, k] of [
          [0, n],
          [1, t],
          [2, g],
        ] as const)
          (marginals[part] as number[])[k] = ((marginals[part] as number[])[k] as number) + weight
      }),
    ),
  )
  return parts.map((options, part) =>
    options
      .map((option, k) => ({
        ...option,
        probability:
          k < most ? ((marginals[part] as number[])[k] as number) / sum : option.probability * 0.01,
      }))
      .sort((a, b) => b.probability - a.probability || a.first - b.first),
  )
}
