/**
 * `errata down`: stops what `up` started, also where its supervisor was killed and only broker and
 * registry are left.
 */

import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { isSupervised, pathIn, readInstance } from '../deploy/instance/instance.ts'
import { endOrphans } from '../deploy/instance/orphans.ts'
import { stopLocal } from '../deploy/stack/local.ts'
import { homeOf } from '../deploy/stack/home.ts'

const patienceMs = 120_000

/** 0 when nothing runs; 1 where the supervisor does not end. */
export async function down(config: Config): Promise<number> {
  const home = homeOf(config)
  const say = (line: string): void => void process.stderr.write(`errata: ${line}\n`)
  const instance = readInstance(home)
  const supervised = instance !== null && isSupervised(instance)
  if (supervised) {
    process.kill(instance.pid, 'SIGTERM')
    for (const end = Date.now() + patienceMs; isSupervised(instance); await sleep(100)) {
      if (Date.now() > end) {
        say(`pid ${instance.pid} does not end`)
        return 1
      }
    }
  }
  await endOrphans(home, say)
  const stopped = await stopLocal(home)
  rmSync(pathIn(home), { force: true })
  say(supervised || stopped ? 'stopped' : `nothing runs in ${home}`)
  return 0
}
