/** `errata topics copy`: the next generation of topics, with another number of partitions. */

import type { Config } from '../config.ts'
import { copyGeneration, type NextGeneration } from '../operations/generation/copy.ts'
import { table } from './table.ts'

export async function topicsCopy(config: Config, next: NextGeneration): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`errata: ${line}\n`)
  const compared = await copyGeneration(config, next, say)
  if (compared === null) say(`${config.topicPrefix} was copied to ${next.prefix} before`)
  else {
    const rows = compared.map(({ name, records, keys, leftOut }) => [
      name,
      String(records),
      String(keys),
      leftOut === 0 ? '' : `${leftOut} left out: ended elsewhere`,
    ])
    process.stdout.write(table(['topic', 'records', 'keys', ''], rows))
  }
  say(
    `go on with ERRATA_TOPIC_PREFIX=${next.prefix} and ERRATA_PARTITIONS=${next.partitions} everywhere`,
  )
  return 0
}
