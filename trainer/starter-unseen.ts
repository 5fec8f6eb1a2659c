/**
 * How well the starter model generalises to unseen layouts: each family of layouts is left out of
 * training once and read by a model of the others. That is the most realistic figure that generated
 * invoices allow; real ones differ in more than their layout. `npm run starter:unseen [documents]`
 * prints a table, micro-averaged over the families.
 */

import { openModel } from '../connectors/onnx/onnx.ts'
import { loadProfiles, profileOf } from '../schemas/profiles.ts'
import { evaluateModel } from './evaluate.ts'
import { printedFamilies } from './samples/html/compose.ts'
import { printedInvoices } from './samples/html/training.ts'
import { layoutFamilies } from './samples/layouts.ts'
import { generatedExamples, seeds, starterSettings } from './starter.ts'
import { fit } from './train.ts'

const usual = 400 // drawn and as many printed documents: fewer than the starter has, but trained for each family

async function main(documents: number): Promise<void> {
  const profile = profileOf(loadProfiles(), 'invoice')
  const all = [
    ...generatedExamples(profile, documents),
    ...(await printedInvoices(profile, documents, seeds.training)),
  ]
  const sums = new Map<string, { right: number; given: number; truths: number }>()
  for (const [family, layouts] of Object.entries({ ...layoutFamilies, ...printedFamilies })) {
    const left = all.filter(({ layout }) => layouts.includes(layout))
    const { bundle } = await fit(
      all.filter(({ layout }) => !layouts.includes(layout)),
      profile,
      { seed: 1, ...starterSettings },
    )
    const model = await openModel(bundle)
    const { evaluation } = await evaluateModel(model, profile, left, new Set())
    await model.dispose()
    for (const [name, { precision, recall, truths }] of Object.entries({
      ...evaluation.fields,
      all: evaluation.all,
    })) {
      const sum = sums.get(name) ?? { right: 0, given: 0, truths: 0 }
      const right = recall * truths
      sums.set(name, {
        right: sum.right + right,
        given: sum.given + (precision === 0 ? 0 : right / precision),
        truths: sum.truths + truths,
      })
    }
    process.stdout.write(
      `without ${family}: F1 ${(100 * evaluation.all.f1).toFixed(1)} on its ${left.length} documents\n`,
    )
  }
  for (const [name, { right, given, truths }] of sums) {
    process.stdout.write(
      `  ${name.padEnd(16)} precision ${((100 * right) / given).toFixed(1)} recall ${((100 * right) / truths).toFixed(1)} F1 ${((200 * right) / (given + truths)).toFixed(1)}  n ${Math.round(truths)}\n`,
    )
  }
}

void main(Number(process.argv[2] ?? usual))
