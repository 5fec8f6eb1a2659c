/**
 * The export for Prodigy as spaCy reads it: trained on for real; and annotated lines that come back
 * as verdicts.
 */

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ProdigyLine } from '../../connectors/prodigy/prodigy.ts'
import { venv } from '../python.ts'
import { run, until, type Bench } from './processes.ts'

export async function trySpacy(bench: Bench): Promise<[string, string][]> {
  const { home, environment } = bench
  const folder = await venv('spacy', ['spacy==3.8.*'])
  const file = join(home, 'prodigy.jsonl')
  const cli = (...words: string[]): Promise<string> =>
    run(process.execPath, ['--import', 'tsx/esm', 'cli/cli.ts', ...words], environment)
  const lines = await until(async () => {
    await cli('export', 'prodigy', '--profile', 'receipt', '--out', file)
    const found = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ProdigyLine)
    return found.length >= 90 ? found : null
  }, 'all verdicts')
  const trained = JSON.parse(
    (await run(join(folder, 'bin', 'python'), [resolve('tests/integrations/spacy_train.py'), file]))
      .trim()
      .split('\n')
      .at(-1) ?? '',
  ) as { version: string; documents: number; before: number; after: number; misaligned: number }
  assert.equal(trained.misaligned, 0)
  assert.ok(trained.after > 0.6 && trained.after > trained.before + 0.3, JSON.stringify(trained))

  // Somebody accepts all lines, and marks the seller of one differently
  const [first] = lines
  assert.ok(first !== undefined)
  const seller = first.spans.find(({ label }) => label === 'seller_name')
  assert.ok(seller !== undefined)
  const word = first.tokens[seller.token_start]
  assert.ok(word !== undefined)
  const changed = {
    ...first,
    spans: first.spans.map((span) =>
      span === seller ? { ...span, end: word.end, token_end: span.token_start } : span,
    ),
    _annotator_id: 'grace',
  }
  writeFileSync(
    file,
    [changed, ...lines.slice(1), { ...first, answer: 'reject' }]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  const outcomes = (await cli('import', 'prodigy', file))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { outcome: string }).outcome)
  assert.deepEqual(
    [outcomes[0], new Set(outcomes.slice(1, -1)), outcomes.at(-1)],
    ['imported', new Set(['unchanged']), 'not accepted'],
  )
  const learned = await until(async () => {
    const [line] = (await cli('export', 'prodigy', '--profile', 'receipt'))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as ProdigyLine)
    return line?.errata.revision === 2 ? line : null
  }, 'the imported verdict in training')
  assert.equal(learned.meta['reviewer'], 'grace')
  return [
    [
      `spaCy ${trained.version} trains on the export`,
      `${trained.documents} documents, F1 of unseen ones ${trained.before.toFixed(2)} → ${trained.after.toFixed(2)}, no span beside its tokens`,
    ],
    [
      'annotated lines come back as verdicts, and only what changed',
      `1 of ${lines.length} imported, in training as revision 2`,
    ],
  ]
}
