/** `errata status`: what operations/status.ts finds, in words or as JSON. */

import type { Config } from '../config.ts'
import { fateOf, type ErrataError } from '../errors.ts'
import { readNotes, readStatus, type Status } from '../operations/status.ts'
import { table } from './table.ts'

/** 0 when everything is ready, else 1; prints what is known either way. */
export async function status(config: Config, { json }: { json: boolean }): Promise<number> {
  let now: Status
  try {
    now = await readStatus(config)
  } catch (error) {
    if (fateOf(error) !== 'retry') throw error
    process.stdout.write(await describeOutage(config, error as ErrataError, json))
    return 1
  }
  process.stdout.write(json ? `${JSON.stringify(now)}\n` : describe(now))
  return now.ready ? 0 : 1
}

/** Broker or registry can't be asked: what is known without them. */
async function describeOutage(
  config: Config,
  { code, message }: ErrataError,
  json: boolean,
): Promise<string> {
  const notes = [`${code}: ${message}`, ...(await readNotes(config))]
  return json
    ? `${JSON.stringify({ ready: false, notes })}\n`
    : `Not ready: \`errata doctor\` says why\n\n${listed(notes)}`
}

const listed = (notes: readonly string[]): string =>
  `Not as it should be:\n${notes.map((note) => `  ${note}\n`).join('')}`

function describe(now: Status): string {
  const { ready, urls, brokers, stages: byName, balance, model, ocr, notes } = now
  const { raw, accepted, review, dead, inFlight } = balance
  const rows = Object.entries(byName).map(([name, { lag, running }]) => [
    name,
    String(lag),
    running ? 'yes' : 'no',
  ])
  const where = Object.entries({ ...urls, brokers }).flatMap(([name, url]) =>
    url === null ? [] : [[name, url]],
  )
  return [
    `${ready ? 'Ready' : 'Not ready: `errata doctor` says why'}\n`,
    `${raw} documents: ${accepted} accepted, ${review} to review, ${dead} dead letters, ${inFlight} on their way`,
    model === null ? 'No model was published yet\n' : `Model ${model.name}/${model.version}\n`,
    `OCR by ${ocr.engine}\n`,
    ...(notes.length === 0 ? [] : [listed(notes)]),
    table(['stage', 'lag', 'running'], rows),
    table(['', ''], where).trimStart(),
  ].join('\n')
}
