/** The interface by which a command declares itself and its action. */

import type { Command } from 'commander'
import type { Config } from '../config.ts'

/** Runs a command and returns its exit code. */
export type Action = (config: Config) => Promise<number>

export interface CommandLine {
  /** A new command of `errata`. */
  readonly command: (name: string, description: string) => Command
  /** Called once the arguments have been parsed. */
  readonly choose: (action: Action) => void
}
