/** Commands for training and evaluation. */

import { Option } from 'commander'
import type { Arm } from '../../trainer/progressive-validation.ts'
import { whole } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'

export function defineEvaluate({ command, choose }: CommandLine): void {
  command(
    'evaluate',
    'the scorecard of documents with truth: quality, calibration, share acceptable without review',
  )
    .argument('<folder>')
    .requiredOption('--profile <name>', 'what to extract')
    .option(
      '--model <folder>',
      'a model from `errata train`; otherwise the one that ships with Errata',
    )
    .addOption(
      new Option('--words <source>', 'given: use ID.words.json; own: read the documents')
        .choices(['given', 'own'])
        .default('given'),
    )
    .option(
      '--seen <folder>',
      'the documents that the model was trained on, if its manifest lacks them',
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
          (await import('../evaluate.ts')).evaluateCommand(config, folder, {
            profile: options.profile,
            model: options.model ?? null,
            words: options.words,
            seen: options.seen ?? null,
            html: options.html ?? null,
            json: options.json === true,
          }),
        ),
    )
}

interface TrainFlags {
  readonly data?: string
  readonly profile: string
  readonly out?: string
  readonly alone?: boolean
  readonly seed?: number
}

export function defineTrain({ command, choose }: CommandLine): void {
  command('train', 'train from a folder, or from the training topic with gate and publication')
    .option('--data <folder>', 'documents with ID.words.json and ID.truth.json')
    .option('--profile <name>', 'what to extract', 'invoice')
    .option('--out <folder>', 'where the model goes, with --data')
    .option('--alone', 'with --data: without the invoices behind the starter model')
    .option('--seed <number>', 'seed', whole)
    .action((options: TrainFlags) =>
      choose(async (config) =>
        (await import('../train.ts')).trainCommand(config, {
          data: options.data ?? null,
          profile: options.profile,
          out: options.out ?? null,
          seed: options.seed ?? config.seed,
          alone: options.alone === true,
        }),
      ),
    )
}

export function defineLearn({ command, choose }: CommandLine): void {
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
      new Option('--words <source>', 'own: read the documents; given: use ID.words.json')
        .choices(['own', 'given'])
        .default('given'),
    )
    .addOption(
      new Option('--arm <name>', 'what may be learned from')
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
          (await import('../learn.ts')).learnCommand(config, folder, {
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
}
