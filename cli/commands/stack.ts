/** The stack and its stages: start, stop, status, topics. */

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

export function defineTopics({ command, choose }: CommandLine): void {
  command('topics', 'create and verify topics and schemas; never shrinks or repartitions')
    .option('--acls', 'print the access rights that the topology needs')
    .action((options: { acls?: true }) =>
      choose(async (config) =>
        (await import('../topics.ts')).topicsCommand(config, {
          acls: options.acls === true,
        }),
      ),
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
