/** The stack and its stages: start, stop, status, topics. */

import { Option } from 'commander'
import { counted } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'

export function defineUp({ command, choose }: CommandLine): void {
  command('up', 'start the local stack and all stages; Ctrl-C stops them').action(() =>
    choose(async (config) => (await import('../up.ts')).up(config)),
  )
}

export function defineDown({ command, choose }: CommandLine): void {
  command('down', 'stop what `up` started').action(() =>
    choose(async (config) => (await import('../down.ts')).down(config)),
  )
}

export function defineStatus({ command, choose }: CommandLine): void {
  command('status', 'running processes, lag of each stage, documents by status')
    .option('--json', 'one JSON object on stdout')
    .action((options: { json?: true }) =>
      choose(async (config) =>
        (await import('../status.ts')).status(config, {
          json: options.json === true,
        }),
      ),
    )
}

export function defineDoctor({ command, choose }: CommandLine): void {
  command('doctor', 'find problems and print how to fix them').action(() =>
    choose(async (config) => (await import('../doctor.ts')).doctor(config)),
  )
}

export function defineRun({ command, choose }: CommandLine): void {
  command(
    'run',
    'one or more stages in this process: ocr, extract, learn, teach, watch, web, analytics, trainer, shadow',
  )
    .argument('<stage...>')
    .action((names: string[]) =>
      choose(async (config) => (await import('../run.ts')).run(config, names)),
    )
}

interface TopicFlags {
  readonly acls?: 'print' | 'apply'
  readonly dryRun?: true
  readonly skipConfigs?: true
  readonly output?: 'terraform' | 'strimzi'
  readonly strimziCluster: string
}

export function defineTopics({ command, choose }: CommandLine): void {
  const topics = command(
    'topics',
    'create and verify topics and schemas; never shrinks or repartitions',
  )
    .addOption(
      new Option('--acls [how]', 'the access rights that the topology needs')
        .choices(['print', 'apply'])
        .preset('print'),
    )
    .option('--dry-run', 'print what would be made; exit code 3 where there is something')
    .option('--skip-configs', 'leave the configuration of topics to the brokers, but for retention')
    .addOption(
      new Option('--output <tool>', 'print topics and rights for another tool').choices([
        'terraform',
        'strimzi',
      ]),
    )
    .option('--strimzi-cluster <name>', 'the Kafka resource of Strimzi', 'kafka')
    .action((options: TopicFlags) =>
      choose(async (config) =>
        (await import('../topics.ts')).topicsCommand(config, {
          acls: options.acls ?? null,
          dryRun: options.dryRun === true,
          skipConfigs: options.skipConfigs === true,
          output: options.output ?? null,
          strimziCluster: options.strimziCluster,
        }),
      ),
    )
  topics
    .command('copy')
    .description('copy all topics to those of another prefix, with another number of partitions')
    .requiredOption('--to <prefix>', 'what the new topic names begin with')
    .requiredOption('--partitions <number>', 'of the new topics', counted)
    .exitOverride()
    .action((options: { to: string; partitions: number }) =>
      choose(async (config) =>
        (await import('../topics-copy.ts')).topicsCopy(config, {
          prefix: options.to,
          partitions: options.partitions,
        }),
      ),
    )
}

export function defineBackup({ command, choose }: CommandLine): void {
  command('backup', 'write all topics into a folder, while nothing is on its way')
    .argument('<folder>', 'empty, or not there yet')
    .action((folder: string) =>
      choose(async (config) => (await import('../backup.ts')).backupCommand(config, folder)),
    )
}

export function defineRestore({ command, choose }: CommandLine): void {
  command('restore', 'fill empty topics from a backup')
    .argument('<folder>')
    .action((folder: string) =>
      choose(async (config) => (await import('../backup.ts')).restoreCommand(config, folder)),
    )
}

export function defineOcr({ command, choose }: CommandLine): void {
  const ocr = command('ocr', 'which engine reads scans').action(() =>
    choose(async (config) => (await import('../ocr.ts')).ocrStatus(config)),
  )
  ocr
    .command('install')
    .description('install the models of the better engine, PP-OCR, once')
    .argument('[from]', 'the rapidocr wheel, or a folder with it or with the models; else pip')
    .action((from?: string) =>
      choose(async (config) => (await import('../ocr.ts')).installOcrCommand(config, from)),
    )
}
