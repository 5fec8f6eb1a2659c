import { headsOf, trainableFields } from '../../processors/model/model.ts'
import { modelInputOf } from '../../processors/model/model-input.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Truth } from '../../trainer/dataset.ts'
import { trueText } from '../../trainer/evaluate.ts'
import { targetsOf } from '../../trainer/labels.ts'
import { printOf } from '../documents.ts'

const profile = profileOf(loadProfiles(), 'receipt')
const print = printOf('EXPRESS MART SDN BHD(728384-M)', 'JALAN BESAR, KLANG')

/** What training learns to point at for the shop's name. */
function labelled(truth: Truth): string | null {
  const sheet = modelInputOf(print)
  const example = {
    documentId: 'a',
    vendor: 'v',
    print,
    profile: 'receipt',
    truth: new Map([['seller_name', truth]]),
  }
  return trueText(
    'seller_name',
    sheet,
    targetsOf(example, sheet, headsOf(trainableFields(profile))).spans,
  )
}

describe('the label of a value whose words a person named', () => {
  const words = [0, 1, 2, 3]

  it('is the part that the value says, of more words or of one that a printer glued to the last', () => {
    expect(
      labelled({ value: 'EXPRESS MART SDN BHD', raw: 'EXPRESS MART SDN BHD(728384-M)', words }),
    ).toBe('EXPRESS MART SDN BHD')
    expect(labelled({ value: 'Express Mart', raw: 'EXPRESS MART SDN', words: [0, 1, 2] })).toBe(
      'EXPRESS MART',
    )
  })

  it('is all that is printed, where the value is spelled otherwise than the print', () => {
    expect(labelled({ value: 'XPRS Martt Ltd', raw: 'EXPRESS MART SDN', words: [0, 1, 2] })).toBe(
      'EXPRESS MART SDN',
    )
  })
})
