/** Rows about who owns a partition: killed at each point, or stopped and awake again. */

import { setTimeout as sleep } from 'node:timers/promises'
import { requiredStages } from '../../../topology.ts'
import { commitPoints, killAtPoint } from './row-actions.ts'
import type { FaultRow } from './row.ts'
import { sessionMs } from './system.ts'

// Nobody learns in these rows, so nothing is read again, and reread would wait for its kill forever
const fedStages = requiredStages.filter((name) => name !== 'reread')

export const ownerRows: readonly FaultRow[] = [
  ...commitPoints.map((point): FaultRow => ({
    name: `every stage but reread killed at ${point}`,
    mayEnd: fedStages,
    inject: (system, random) => killAtPoint(system, fedStages, point, random),
  })),
  {
    name: 'both owners killed together with open transactions',
    mayEnd: ['ocr', 'extract', 'ocr-2', 'extract-2'],
    inject: async (system, random) => {
      for (const part of ['ocr', 'extract']) {
        await system.children.start(`${part}-2`, { parts: [part], environment: system.environment })
      }
      await system.children.ready()
      const all = ['ocr', 'ocr-2', 'extract', 'extract-2']
      return killAtPoint(system, all, 'sent', random)
    },
    heal: async ({ children }) => {
      for (const part of ['ocr-2', 'extract-2']) await children.stop(part)
    },
  },
  {
    name: 'an owner stopped past its session, and awake again',
    mayEnd: ['ocr', 'ocr-2'],
    inject: async (system) => {
      const { children } = system
      await children.start('ocr-2', { parts: ['ocr'], environment: system.environment })
      await children.ready()
      const more = system.stream.send(
        30,
        { number: () => 0, chance: () => false, pick: (from) => from[0] as never },
        60,
      )
      await sleep(500)
      const { pid } = children.get('ocr')
      process.kill(pid, 'SIGSTOP')
      await sleep(2 * sessionMs + 3_000)
      process.kill(pid, 'SIGCONT')
      system.sent.push(...(await more))
    },
    heal: ({ children }) => children.stop('ocr-2'),
  },
]
