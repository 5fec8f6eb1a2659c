/**
 * The command line. commands/ declares the commands and their options; a command's implementation
 * is loaded only when it is called. Names, formats and exit codes are a contract: 0 done, 1 failed,
 * 2 usage; data on stdout, everything else on stderr.
 */

import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { readConfig } from '../config.ts'
import { ErrataError } from '../errors.ts'
import { collectCheaply } from '../deploy/instance/v8-flags.ts'
import { passedOver } from '../runtime/passed-over.ts'
import type { Action, CommandLine } from './command-line.ts'
import { defineUsers, defineAudit } from './commands/accounts.ts'
import { defineSql, defineAnalytics } from './commands/analytics.ts'
import { defineSamples, defineTest, defineBench } from './commands/development.ts'
import {
  defineIngest,
  defineExtract,
  defineErase,
  defineDead,
  defineReplay,
} from './commands/documents.ts'
import { defineExport, defineImport } from './commands/exchange.ts'
import { defineModels } from './commands/models.ts'
import { defineProfiles } from './commands/profiles.ts'
import { defineRules } from './commands/rules.ts'
import {
  defineUp,
  defineDown,
  defineStatus,
  defineDoctor,
  defineRun,
  defineTopics,
  defineBackup,
  defineRestore,
  defineOcr,
} from './commands/stack.ts'
import { defineEvaluate, defineTrain, defineLearn } from './commands/training.ts'

/** In the order in which --help lists them. */
const commands: readonly ((to: CommandLine) => void)[] = [
  defineUp,
  defineDown,
  defineStatus,
  defineDoctor,
  defineRun,
  defineTopics,
  defineBackup,
  defineRestore,
  defineIngest,
  defineExtract,
  defineEvaluate,
  defineTrain,
  defineLearn,
  defineModels,
  defineProfiles,
  defineRules,
  defineErase,
  defineDead,
  defineReplay,
  defineExport,
  defineImport,
  defineOcr,
  defineUsers,
  defineAudit,
  defineSql,
  defineAnalytics,
  defineSamples,
  defineTest,
  defineBench,
]

/** Runs the command line and returns the exit code. */
export async function main(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  collectCheaply()
  let action: Action | null = null
  // The reader of our output may close it before the end: `errata rules list head`
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : 1),
  )
  const program = commandLine((chosen) => {
    action = chosen
  })
  try {
    await program.parseAsync([...arguments_], { from: 'user' })
    if (action === null) return 0
    const code = await (action as Action)(readConfig(environment))
    sayPassedOver()
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${explain(error)}\n`)
    return 1
  }
}

/** Records that a command could not use: it went on without them and reports them here. */
function sayPassedOver(): void {
  for (const line of passedOver()) process.stderr.write(`errata: ${line}\n`)
}

/** The commands as they are declared; `choose` is called with what was chosen. */
export function commandLine(choose: (action: Action) => void): Command {
  const program = new Command('errata')
  program
    .description('Invoices in, fields out, every correction learned.')
    .exitOverride()
    .helpOption('-h, --help', 'show help')
  program
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(errata --help shows the commands)')
  const command = (name: string, description: string): Command =>
    program.command(name).description(description).exitOverride()

  for (const add of commands) add({ command, choose })
  return program
}

function explain(error: unknown): string {
  if (error instanceof ErrataError) {
    const facts = Object.entries(error.facts)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
    return `errata: ${error.code}: ${error.message}${facts === '' ? '' : ` (${facts})`}`
  }
  return `errata: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

// Run by itself (`node --import tsx/esm cli/cli.ts …`); `errata.mjs` and the tests import main
// instead.
if (process.argv[1] === fileURLToPath(import.meta.url))
  void main(process.argv.slice(2), process.env).then((code) => (process.exitCode = code))
