/** `errata profiles …`. */

import type { CommandLine } from '../command-line.ts'

export function defineProfiles({ command, choose }: CommandLine): void {
  const profiles = command('profiles', 'what is extracted from a kind of document')
  profiles
    .command('list')
    .description('those that count, with their versions')
    .action(() => choose(async (config) => (await import('../profiles.ts')).listProfiles(config)))
  profiles
    .command('show')
    .description('one as JSON')
    .argument('<name>')
    .action((name: string) =>
      choose(async (config) => (await import('../profiles.ts')).showProfile(config, name)),
    )
  profiles
    .command('put')
    .description('publish files; every machine uses them from the next document on')
    .argument('<file...>')
    .action((files: string[]) =>
      choose(async (config) => (await import('../profiles.ts')).putCommand(config, files)),
    )
  profiles
    .command('remove')
    .description('stop using one; the one that ships under this name, if any, counts again')
    .argument('<name>')
    .action((name: string) =>
      choose(async (config) => (await import('../profiles.ts')).removeCommand(config, name)),
    )
}
