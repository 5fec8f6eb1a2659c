/** `errata models …`. */

import type { CommandLine } from '../command-line.ts'

export function defineModels({ command, choose }: CommandLine): void {
  const models = command('models', 'versions, evidence, decisions')
  models
    .command('list')
    .description('all versions')
    .action(() => choose(async (config) => (await import('../models.ts')).listModels(config)))
  models
    .command('show')
    .description('one version: its origin, the evidence of the gate and of its thresholds')
    .argument('<name/version>')
    .option('--json', 'the whole record')
    .option('--document <id>', 'only whether a document was trained on, held out or never seen')
    .action((version: string, options: { json?: true; document?: string }) =>
      choose(async (config) =>
        (await import('../models.ts')).showModel(config, version, {
          json: options.json === true,
          document: options.document ?? null,
        }),
      ),
    )
  models
    .command('seen')
    .description('which versions ever saw a document')
    .argument('<document>')
    .action((document: string) =>
      choose(async (config) => (await import('../models.ts')).modelsThatSaw(config, document)),
    )
  models
    .command('compare')
    .description('compare two versions on current verdicts, as the gate would; decides nothing')
    .argument('<name/version>')
    .argument('[other]', 'instead of the champion')
    .action((version: string, other: string | undefined) =>
      choose(async (config) =>
        (await import('../models-compare.ts')).compareModels(config, version, other ?? null),
      ),
    )
  models
    .command('promote')
    .description('make a version the champion')
    .argument('<name/version>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((version: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../models.ts')).promoteModel(config, version, options.why),
      ),
    )
  models
    .command('rollback')
    .description('back to the champion before')
    .argument('<name>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((name: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../models.ts')).rollbackModel(config, name, options.why),
      ),
    )
}
