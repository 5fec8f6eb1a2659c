/** Commands for documents: send, read, erase, replay. */

import { Option } from 'commander'
import { moment, rulesWhen } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'

export function defineIngest({ command, choose }: CommandLine): void {
  command('ingest', 'send files or folders')
    .argument('<path...>')
    .option('--profile <name>', 'what to extract', 'invoice')
    .option('--watch', 'keep watching the folders for new files')
    .action((paths: string[], options: { profile: string; watch?: true }) =>
      choose(async (config) =>
        (await import('../ingest.ts')).ingest(config, paths, {
          profile: options.profile,
          watch: options.watch === true,
        }),
      ),
    )
}

export function defineExtract({ command, choose }: CommandLine): void {
  command('extract', 'read documents with the code of the stages, without Kafka')
    .argument('<path...>')
    .requiredOption('--profile <name>', 'what to extract')
    .option(
      '--model <folder>',
      'a model from `errata train`; otherwise the one that ships with Errata',
    )
    .addOption(
      new Option('--words <source>', 'own: read the document; given: use ID.words.json beside it')
        .choices(['own', 'given'])
        .default('own'),
    )
    .option('--jsonl', 'a line of JSON for each document')
    .action(
      (
        paths: string[],
        options: { profile: string; model?: string; words: 'own' | 'given'; jsonl?: true },
      ) =>
        choose(async (config) =>
          (await import('../extract.ts')).extractCommand(config, paths, {
            profile: options.profile,
            model: options.model ?? null,
            words: options.words,
            jsonl: options.jsonl === true,
          }),
        ),
    )
}

export function defineErase({ command, choose }: CommandLine): void {
  command(
    'erase',
    'erase a document from queue, training, rules, blob store and analytics; prints what cannot be erased yet',
  )
    .argument('<document>', 'its id')
    .requiredOption('--why <text>', 'the reason, kept in the audit log')
    .option('--dry-run', 'only print where it is stored')
    .action((document: string, options: { why: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('../erase.ts')).eraseCommand(config, document, {
          why: options.why,
          dryRun: options.dryRun === true,
        }),
      ),
    )
}

export function defineDead({ command, choose }: CommandLine): void {
  const dead = command('dead', 'records that could not be processed')
  for (const [name, description] of [
    ['list', 'one line each'],
    ['show', 'one, whole'],
    ['replay', 'send them to their topic again'],
  ] as const) {
    const sub = dead
      .command(name)
      .description(description)
      .option('--stage <name>', 'of this stage only')
      .option('--code <code>', 'with this error code only')
      .option('--document <id>', 'of this document only')
    if (name === 'replay') sub.option('--dry-run', 'only print what would be sent')
    sub.action((options: { stage?: string; code?: string; document?: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('../dead.ts')).dead(config, name, {
          stage: options.stage ?? null,
          code: options.code ?? null,
          document: options.document ?? null,
          dryRun: options.dryRun === true,
        }),
      ),
    )
  }
}

export function defineReplay({ command, choose }: CommandLine): void {
  command(
    'replay',
    'read past documents again, with any model and the rules of any time, and print differences',
  )
    .option(
      '--from <time>',
      'documents read from then on: ISO time, or 7d, 12h, 30m ago',
      moment,
      0,
    )
    .option('--to <time>', 'until then', moment, Number.MAX_SAFE_INTEGER)
    .option('--document <id...>', 'only these')
    .option('--profile <name>', 'only of this profile')
    .option('--model <name/version>', 'this version instead of the champion')
    .option('--rules <which>', 'now, none, or as they stood at a time', rulesWhen, 'now')
    .option('--republish', 'have the extractors read the differing documents again')
    .option('--jsonl', 'a line of JSON for each document')
    .action(
      (options: {
        from: number
        to: number
        document?: string[]
        profile?: string
        model?: string
        rules: 'now' | 'none' | number
        republish?: true
        jsonl?: true
      }) =>
        choose(async (config) =>
          (await import('../replay.ts')).replayCommand(config, {
            from: options.from,
            to: options.to,
            documents: options.document ?? [],
            profile: options.profile ?? null,
            model: options.model ?? null,
            rules: options.rules,
            republish: options.republish === true,
            jsonl: options.jsonl === true,
          }),
        ),
    )
}
