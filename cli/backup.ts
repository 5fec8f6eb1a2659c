/** `errata backup` and `errata restore`: topics as files, and back. */

import type { Config } from '../config.ts'
import { backUp } from '../operations/backup/backup.ts'
import { restore } from '../operations/backup/restore.ts'
import { table } from './table.ts'

const say = (line: string): void => void process.stderr.write(`errata: ${line}\n`)

export async function backupCommand(config: Config, folder: string): Promise<number> {
  const topics = await backUp(config, folder, say)
  const rows = Object.entries(topics).map(([topic, { records }]) => [topic, String(records)])
  process.stdout.write(table(['topic', 'records'], rows))
  return 0
}

export async function restoreCommand(config: Config, folder: string): Promise<number> {
  const compared = await restore(config, folder, say)
  if (compared === null) say('this backup was restored here before')
  else {
    const rows = compared.map(({ name, records, keys }) => [name, String(records), String(keys)])
    process.stdout.write(table(['topic', 'records', 'keys'], rows))
  }
  return 0
}
