/** `errata status`: what operations/status.ts finds, in words or as JSON. */

import type { Config } from '../config.ts'
import { readStatus, type Status } from '../operations/status.ts'
import { table } from './table.ts'

/** 0 when everything is ready, else 1; prints what is known either way. */
export async function status(config: Config, { json }: { json: boolean }): Promise<number> {
  const now = await readStatus(config)
  process.stdout.write(json ? `${JSON.stringify(now)}\n` : describe(now))
  return now.ready ? 0 : 1
}

function describe({ ready, urls, brokers, stages: byName, balance, model, notes }: Status): string {
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
    ...(notes.length === 0
      ? []
      : [`Not as it should be:\n${notes.map((note) => `  ${note}\n`).join('')}`]),
    table(['stage', 'lag', 'running'], rows),
    table(['', ''], where).trimStart(),
  ].join('\n')
}
