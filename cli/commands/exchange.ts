/** Export to and import from other tools. */

import type { CommandLine } from '../command-line.ts'

export function defineExport({ command, choose }: CommandLine): void {
  const exported = command('export', 'export verdicts or tasks in the formats of other tools')
  exported
    .command('prodigy')
    .description("Prodigy's JSONL: text, tokens, spans")
    .option('--profile <name>', 'of this profile', 'invoice')
    .option('--out <file>', 'instead of stdout')
    .option('--tasks', 'open tasks with their predictions, instead of verdicts')
    .action((options: { profile: string; out?: string; tasks?: true }) =>
      choose(async (config) =>
        (await import('../export.ts')).exportProdigy(config, {
          profile: options.profile,
          out: options.out ?? null,
          tasks: options.tasks === true,
        }),
      ),
    )
}

export function defineImport({ command, choose }: CommandLine): void {
  const imported = command('import', 'import answers from other tools as verdicts')
  imported
    .command('prodigy')
    .description('lines that were exported for Prodigy and accepted there')
    .argument('<file>')
    .option('--reviewer <name>', 'who answered; otherwise as the line says')
    .action((file: string, options: { reviewer?: string }) =>
      choose(async (config) =>
        (await import('../import.ts')).importProdigy(config, file, {
          reviewer: options.reviewer ?? null,
        }),
      ),
    )
}
