/** `errata dead list | show | replay`: dead letters, one line of JSON each on stdout. */

import type { Config } from '../config.ts'
import { openLog } from '../deploy/instance/log.ts'
import { connect } from '../operations/connect.ts'
import {
  contentOf,
  readLetters,
  replayLetters,
  letterSummary,
  type StoredLetter,
} from '../operations/dead-letters.ts'
import { deadTopicName, stageNames, type StageName } from '../topology.ts'

export interface DeadOptions {
  readonly stage: string | null
  readonly code: string | null
  readonly document: string | null
  readonly dryRun: boolean
}

/** 0; 1 where a dead letter could not be replayed; 2 for an unknown stage. */
export async function dead(
  config: Config,
  action: 'list' | 'show' | 'replay',
  options: DeadOptions,
): Promise<number> {
  if (options.stage !== null && !stageNames.includes(options.stage as StageName)) {
    process.stderr.write(
      `errata dead: no stage ${options.stage}; there are ${stageNames.join(', ')}\n`,
    )
    return 2
  }
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'dead'))
  try {
    const topics = stageNames
      .filter((name) => options.stage === null || name === options.stage)
      .map((name) => deadTopicName(name, config.topicPrefix))
    const isWanted = ({ dead }: StoredLetter): boolean =>
      (options.code === null || dead.code === options.code) &&
      (options.document === null || dead.documentId === options.document)
    const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
    if (action !== 'replay') {
      const letters = (
        await readLetters(connection.cluster, connection.registry.codec, topics, config.topicPrefix)
      ).filter(isWanted)
      for (const letter of letters)
        print(
          action === 'list'
            ? letterSummary(letter)
            : { ...letterSummary(letter), ...contentOf(letter) },
        )
      return 0
    }
    let gone = 0
    await replayLetters(
      connection.cluster,
      connection.registry.codec,
      topics,
      config.topicPrefix,
      isWanted,
      options.dryRun,
      (letter, outcome) => {
        if (outcome === 'gone') gone++
        print({ ...letterSummary(letter), outcome })
      },
    )
    return gone === 0 ? 0 : 1
  } finally {
    await connection.close()
  }
}
