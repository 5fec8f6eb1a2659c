/**
 * The command line: one command, one file of deploy/, loaded only when it is called. Names, formats
 * and exit codes are a contract: 0 done, 1 failed, 2 usage; data on stdout, everything else on
 * stderr.
 */

import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { readConfig, type Config } from '../config.ts'
import { ErrataError } from '../errors.ts'
import type { Arm } from '../trainer/progressive-validation.ts'
import { collectCheaply } from '../deploy/instance/v8-flags.ts'

type Action = (config: Config) => Promise<number>

/** Runs the command line and returns the exit code. */
export async function main(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  collectCheaply()
  let action: Action | null = null
  // Whoever reads our output may have enough of it before the end: `errata rules list | head`
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : 1),
  )
  const program = define((chosen) => {
    action = chosen
  })
  try {
    await program.parseAsync([...arguments_], { from: 'user' })
    if (action === null) return 0
    const code = await (action as Action)(readConfig(environment))
    await sayPassedOver()
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${explain(error)}\n`)
    return 1
  }
}

/**
 * Records that a command came across and could not use: it went on without them, and whoever called
 * it should know.
 */
async function sayPassedOver(): Promise<void> {
  const { passedOver } = await import('../runtime/unusable-records.ts')
  for (const line of await passedOver()) process.stderr.write(`errata: ${line}\n`)
}

function define(choose: (action: Action) => void): Command {
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

  command('up', 'start the local stack and all stages; Ctrl-C stops them').action(() =>
    choose(async (config) => (await import('./up.ts')).up(config)),
  )
  command('down', 'stop what `up` started').action(() =>
    choose(async (config) => (await import('./down.ts')).down(config)),
  )
  command('status', 'what runs, lag for each stage, where the documents are')
    .option('--json', 'one JSON object on stdout')
    .action((options: { json?: true }) =>
      choose(async (config) =>
        (await import('../operations/status.ts')).status(config, { json: options.json === true }),
      ),
    )
  command('doctor', 'find what is wrong and say how to mend it').action(() =>
    choose(async (config) => (await import('../operations/doctor.ts')).doctor(config)),
  )
  command(
    'run',
    'one or more stages in this process: ocr, extract, learn, teach, watch, web, analytics, trainer, shadow',
  )
    .argument('<stage...>')
    .action((names: string[]) =>
      choose(async (config) => (await import('./run.ts')).run(config, names)),
    )
  command('topics', 'create and verify topics and schemas; never shrinks or repartitions')
    .option('--acls', 'print the access rights that the topology needs')
    .action((options: { acls?: true }) =>
      choose(async (config) =>
        (await import('../operations/topics.ts')).topicsCommand(config, {
          acls: options.acls === true,
        }),
      ),
    )

  command('ingest', 'send files or folders')
    .argument('<path...>')
    .option('--profile <name>', 'what to extract', 'invoice')
    .option('--watch', 'go on with what arrives in the folders')
    .action((paths: string[], options: { profile: string; watch?: true }) =>
      choose(async (config) =>
        (await import('./ingest.ts')).ingest(config, paths, {
          profile: options.profile,
          watch: options.watch === true,
        }),
      ),
    )
  command('extract', 'read documents with the code of the stages, without Kafka')
    .argument('<path...>')
    .requiredOption('--profile <name>', 'what to extract')
    .option(
      '--model <folder>',
      'a model from `errata train`; otherwise the one that ships with Errata',
    )
    .addOption(
      program
        .createOption(
          '--words <source>',
          'own: read the document; given: use ID.words.json beside it',
        )
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
          (await import('../operations/extract.ts')).extractCommand(config, paths, {
            profile: options.profile,
            model: options.model ?? null,
            words: options.words,
            jsonl: options.jsonl === true,
          }),
        ),
    )
  command(
    'evaluate',
    'the scorecard of documents with truth: how good, how honest, what could be accepted unseen',
  )
    .argument('<folder>')
    .requiredOption('--profile <name>', 'what to extract')
    .option(
      '--model <folder>',
      'a model from `errata train`; otherwise the one that ships with Errata',
    )
    .addOption(
      program
        .createOption('--words <source>', 'given: use ID.words.json; own: read the documents')
        .choices(['given', 'own'])
        .default('given'),
    )
    .option(
      '--seen <folder>',
      'the documents that the model was trained on, where it does not say so itself',
    )
    .option('--html <file>', 'write a page with plots')
    .option('--json', 'one JSON object on stdout')
    .action(
      (
        folder: string,
        options: {
          profile: string
          model?: string
          words: 'given' | 'own'
          seen?: string
          html?: string
          json?: true
        },
      ) =>
        choose(async (config) =>
          (await import('./evaluate.ts')).evaluateCommand(config, folder, {
            profile: options.profile,
            model: options.model ?? null,
            words: options.words,
            seen: options.seen ?? null,
            html: options.html ?? null,
            json: options.json === true,
          }),
        ),
    )
  command('train', 'train from a folder, or from the training topic with gate and publication')
    .option('--data <folder>', 'documents with ID.words.json and ID.truth.json')
    .option('--profile <name>', 'what to extract', 'invoice')
    .option('--out <folder>', 'where the model goes, with --data')
    .option('--seed <number>', 'seed', whole)
    .action((options: { data?: string; profile: string; out?: string; seed?: number }) =>
      choose(async (config) =>
        (await import('./train.ts')).trainCommand(config, {
          data: options.data ?? null,
          profile: options.profile,
          out: options.out ?? null,
          seed: options.seed ?? config.seed,
        }),
      ),
    )
  command(
    'learn',
    'progressive validation: read a folder document by document, with its truth as the reviewer',
  )
    .argument('<folder>', 'documents with ID.truth.json, in the order of their names')
    .requiredOption('--profile <name>', 'what to extract')
    .option(
      '--model <folder>',
      'a model from `errata train` to start from; otherwise the one that ships for the profile, or none',
    )
    .addOption(
      program
        .createOption('--words <source>', 'own: read the documents; given: use ID.words.json')
        .choices(['own', 'given'])
        .default('given'),
    )
    .addOption(
      program
        .createOption('--arm <name>', 'what may be learned from')
        .choices(['none', 'rules', 'retrain', 'both'])
        .default('both'),
    )
    .option('--compare', 'all four arms, one after the other')
    .option('--every <number>', 'verdicts from one training to the next; 0: never', whole)
    .option('--html <file>', 'plots over time')
    .option('--curve', 'how many more documents would help')
    .option('--jsonl', 'a line of JSON for each document, and the summary')
    .action(
      (
        folder: string,
        options: {
          profile: string
          model?: string
          words: 'own' | 'given'
          arm: Arm
          compare?: true
          every?: number
          html?: string
          curve?: true
          jsonl?: true
        },
      ) =>
        choose(async (config) =>
          (await import('./learn.ts')).learnCommand(config, folder, {
            profile: options.profile,
            model: options.model ?? null,
            words: options.words,
            jsonl: options.jsonl === true,
            arms: options.compare === true ? ['none', 'rules', 'retrain', 'both'] : [options.arm],
            every: options.every ?? null,
            html: options.html ?? null,
            curve: options.curve === true,
          }),
        ),
    )
  const models = command('models', 'versions, evidence, decisions')
  models
    .command('list')
    .description('all versions')
    .action(() =>
      choose(async (config) => (await import('../operations/models.ts')).listModels(config)),
    )
  models
    .command('show')
    .description('one version: where it comes from, what the gate saw, what its thresholds rest on')
    .argument('<name/version>')
    .option('--json', 'the whole record')
    .option('--document <id>', 'only what a document was to it: trained on, held out or never')
    .action((version: string, options: { json?: true; document?: string }) =>
      choose(async (config) =>
        (await import('../operations/models.ts')).showModel(config, version, {
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
      choose(async (config) =>
        (await import('../operations/models.ts')).modelsThatSaw(config, document),
      ),
    )
  models
    .command('compare')
    .description('two versions before the gate, on the verdicts of now; decides nothing')
    .argument('<name/version>')
    .argument('[other]', 'instead of the champion')
    .action((version: string, other: string | undefined) =>
      choose(async (config) =>
        (await import('./models-compare.ts')).compareModels(config, version, other ?? null),
      ),
    )
  models
    .command('promote')
    .description('make a version the champion')
    .argument('<name/version>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((version: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../operations/models.ts')).promoteModel(config, version, options.why),
      ),
    )
  models
    .command('rollback')
    .description('back to the champion before')
    .argument('<name>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((name: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../operations/models.ts')).rollbackModel(config, name, options.why),
      ),
    )
  const rules = command(
    'rules',
    'what corrections taught and people wrote, and decisions about it; a rule is named vendor/field',
  )
  rules
    .command('list')
    .description('all rules')
    .option('--vendor <id>', 'of this vendor only')
    .option('--json', 'a line of JSON each')
    .action((options: { vendor?: string; json?: true }) =>
      choose(async (config) =>
        (await import('../operations/rules.ts')).listRules(config, {
          vendor: options.vendor ?? null,
          json: options.json === true,
        }),
      ),
    )
  rules
    .command('show')
    .description('one rule with its history')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../operations/rules.ts')).showRule(config, rule)),
    )
  rules
    .command('explain')
    .description('one rule in words, and what it says about the documents behind it')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../operations/rules.ts')).explainRule(config, rule)),
    )
  rules
    .command('verify')
    .description('replay every correction; 1 where a mistake would be accepted again')
    .option('--json', 'a line of JSON for each correction')
    .action((options: { json?: true }) =>
      choose(async (config) =>
        (await import('../operations/rules.ts')).verifyCommand(config, options.json === true),
      ),
    )
  rules
    .command('disable')
    .description('stop a rule')
    .argument('<rule>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((rule: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../operations/rules.ts')).disableRule(config, rule, options.why),
      ),
    )
  rules
    .command('enable')
    .description('take back `disable`')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../operations/rules.ts')).enableRule(config, rule)),
    )
  rules
    .command('add')
    .description('rules from a file: JSON, or patterns of spaCy and Prodigy')
    .argument('<file>')
    .option('--profile <name>', 'whose fields', 'invoice')
    .option('--vendor <id>', 'for entries that name no vendor; otherwise they are for all')
    .action((file: string, options: { profile: string; vendor?: string }) =>
      choose(async (config) =>
        (await import('../operations/rules.ts')).addRules(config, file, {
          profile: options.profile,
          vendor: options.vendor ?? null,
        }),
      ),
    )
  rules
    .command('revert')
    .description('take back all that a reviewer taught since a date')
    .requiredOption('--reviewer <name>', 'whose verdicts')
    .requiredOption('--since <date>', 'such as 2024-03-31')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .option('--dry-run', 'say what would be taken back')
    .action((options: { reviewer: string; since: string; why: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('../operations/rules.ts')).revertReviewer(config, {
          reviewer: options.reviewer,
          since: options.since,
          why: options.why,
          dryRun: options.dryRun === true,
        }),
      ),
    )
  command(
    'erase',
    'take a document out of everything that is kept: queue, training, rules, store, analytics; says what can not be erased yet',
  )
    .argument('<document>', 'its id')
    .requiredOption('--why <text>', 'the reason, kept in the audit log')
    .option('--dry-run', 'say where it is')
    .action((document: string, options: { why: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('./erase.ts')).eraseCommand(config, document, {
          why: options.why,
          dryRun: options.dryRun === true,
        }),
      ),
    )
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
    if (name === 'replay') sub.option('--dry-run', 'say what would be sent')
    sub.action((options: { stage?: string; code?: string; document?: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('../operations/dead-letters.ts')).dead(config, name, {
          stage: options.stage ?? null,
          code: options.code ?? null,
          document: options.document ?? null,
          dryRun: options.dryRun === true,
        }),
      ),
    )
  }
  command(
    'replay',
    'read past documents again, by any model and the rules of any time, and say what differs',
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
    .option('--republish', 'have the extractors read again what differs')
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
          (await import('./replay.ts')).replayCommand(config, {
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
  const exported = command('export', 'what the log holds, in the formats of other tools')
  exported
    .command('prodigy')
    .description("Prodigy's JSONL: text, tokens, spans")
    .option('--profile <name>', 'of this profile', 'invoice')
    .option('--out <file>', 'instead of stdout')
    .option('--tasks', 'what waits for a person, with its prediction, instead of verdicts')
    .action((options: { profile: string; out?: string; tasks?: true }) =>
      choose(async (config) =>
        (await import('./export.ts')).exportProdigy(config, {
          profile: options.profile,
          out: options.out ?? null,
          tasks: options.tasks === true,
        }),
      ),
    )
  const imported = command('import', 'answers that were given in other tools, as verdicts')
  imported
    .command('prodigy')
    .description('lines that were exported for Prodigy and accepted there')
    .argument('<file>')
    .option('--reviewer <name>', 'who answered; otherwise as the line says')
    .action((file: string, options: { reviewer?: string }) =>
      choose(async (config) =>
        (await import('./import.ts')).importProdigy(config, file, {
          reviewer: options.reviewer ?? null,
        }),
      ),
    )
  const ocr = command('ocr', 'which engine reads scans').action(() =>
    choose(async (config) => (await import('../operations/ocr-models.ts')).ocrStatus(config)),
  )
  ocr
    .command('install')
    .description('fetch the models of the better engine, PP-OCR, once')
    .action(() =>
      choose(async (config) => (await import('../operations/ocr-models.ts')).installOcr(config)),
    )
  const users = command('users', 'who may use the pages and the API').action(() =>
    choose(async (config) => (await import('./users.ts')).listUsers(config)),
  )
  users
    .command('list')
    .description('all accounts')
    .action(() => choose(async (config) => (await import('./users.ts')).listUsers(config)))
  users
    .command('add')
    .description('a new account; prints its token once')
    .argument('<name>')
    .option('--role <role>', 'reader, reviewer or operator', 'reviewer')
    .option(
      '--subject <id>',
      'logs in at the OpenID provider as this subject or e-mail address, without a token',
    )
    .option('--profiles <names>', 'reviews these profiles only', list)
    .option('--vendors <ids>', 'reviews documents of these vendors only', list)
    .option('--replace', 'also where the name is taken: the old token ends')
    .action(
      (
        name: string,
        options: {
          role: string
          subject?: string
          profiles?: string[]
          vendors?: string[]
          replace?: true
        },
      ) =>
        choose(async (config) =>
          (await import('./users.ts')).addUser(
            config,
            name,
            {
              role: options.role,
              subject: options.subject ?? null,
              profiles: options.profiles ?? [],
              vendors: options.vendors ?? [],
            },
            options.replace === true,
          ),
        ),
    )
  users
    .command('remove')
    .description('at once, and their sessions with them')
    .argument('<name>')
    .option('--subject', 'the name is what the OpenID provider calls them, with an account or not')
    .action((name: string, { subject = false }: { subject?: boolean }) =>
      choose(async (config) => (await import('./users.ts')).removeUser(config, name, subject)),
    )
  command('audit', 'who did what')
    .option('--actor <name>')
    .option('--action <name>')
    .option('--target <id>', 'document, model, rule or user')
    .option('--json', 'a line of JSON each')
    .action((options: { actor?: string; action?: string; target?: string; json?: true }) =>
      choose(async (config) =>
        (await import('./users.ts')).auditCommand(config, {
          actor: options.actor ?? null,
          action: options.action ?? null,
          target: options.target ?? null,
          json: options.json === true,
        }),
      ),
    )
  command('sql', 'one query to the analytics store')
    .argument('<query>')
    .option('--format <name>', 'a ClickHouse format, such as JSONEachRow or CSVWithNames')
    .action((query: string, options: { format?: string }) =>
      choose(async (config) =>
        (await import('./sql.ts')).sql(config, query, { format: options.format ?? null }),
      ),
    )
  const analytics = command('analytics', 'the analytics store')
  analytics
    .command('rebuild')
    .description('throw the analytics store away and fill it again from the topics')
    .exitOverride()
    .action(() =>
      choose(async (config) =>
        (await import('../operations/rebuild-analytics.ts')).rebuildAnalytics(config),
      ),
    )
  command('samples', 'write generated sample invoices with their truth')
    .requiredOption('--out <folder>', 'where they go')
    .option('--count <number>', 'how many', whole, 100)
    .option('--seed <number>', 'seed', whole)
    .option('--scans <share>', 'share that looks scanned', Number, 0.2)
    .action((options: { out: string; count: number; seed?: number; scans: number }) =>
      choose(async (config) =>
        (await import('../operations/samples.ts')).samplesCommand(config, {
          out: options.out,
          count: options.count,
          seed: options.seed ?? config.seed,
          scans: options.scans,
        }),
      ),
    )
  command('test', 'all tests of this checkout, or those whose path matches')
    .argument('[pattern...]')
    .action((patterns: string[]) =>
      choose(async (config) => (await import('./test.ts')).test(config, patterns)),
    )
  command('bench', 'the benchmarks, with ratios against peers in the same run')
    .argument('[name]')
    .action((name: string | undefined) =>
      choose(async (config) => (await import('./bench/bench.ts')).bench(config, name ?? null)),
    )
  return program
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function whole(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('must be a whole number')
  return number
}

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 } // ms

/** Milliseconds since 1970 of an ISO time, or of so long ago. */
function moment(text: string): number {
  const ago = /^(\d+)([dhm])$/.exec(text)
  const time =
    ago === null
      ? Date.parse(text)
      : Date.now() - Number(ago[1]) * (units[ago[2] as string] as number)
  if (!Number.isFinite(time))
    throw new InvalidArgumentError(
      'must be an ISO time such as 2026-03-01T08:00:00Z, or 7d, 12h, 30m',
    )
  return time
}

function rulesWhen(text: string): 'now' | 'none' | number {
  return text === 'now' || text === 'none' ? text : moment(text)
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
  process.exitCode = await main(process.argv.slice(2), process.env)
