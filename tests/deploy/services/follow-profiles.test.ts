/** The profiles as processes use them, on the fake cluster: a new version without a restart. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics, openProducer } from '../../../connectors/kafka/kafka.ts'
import { followProfiles, type FollowedProfiles } from '../../../deploy/services/follow-profiles.ts'
import { startStage } from '../../../deploy/services/stages.ts'
import type { Part, ProfilesInUse, ServiceContext } from '../../../deploy/services/service.ts'
import { readConfig } from '../../../config.ts'
import { putProfiles, publishFolder, readProfileTable } from '../../../operations/profiles.ts'
import { follow } from '../../../runtime/follow.ts'
import { parseProfile, type Profile } from '../../../schemas/profiles.ts'
import { allTopics } from '../../../runtime/existing-topics.ts'
import { deadTopicName, topicName } from '../../../topology.ts'
import { openFakeGround, type FakeGround } from '../../promises/fake-ground.ts'
import { profileVersionOf, verdictFor } from '../../records.ts'
import { quiet, until } from '../../toys.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-follow-profiles-'))
const empty = join(folder, 'empty')
const files = join(folder, 'home', 'profiles')
let ground: FakeGround
let running: FollowedProfiles[] = []
beforeEach(async () => {
  ground = await openFakeGround(1)
  const { cluster, prefix } = ground.toys
  const topics = allTopics(prefix).map(({ name }) => ({
    ...{ name, partitions: 1, replication: 1, settings: {} },
  }))
  await createTopics(cluster, topics)
})
afterEach(async () => {
  await Promise.all(running.map((profiles) => profiles.stop()))
  running = []
  await ground.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const config = () => ({
  ...readConfig({ ERRATA_HOME: join(folder, 'home') }),
  topicPrefix: ground.toys.prefix,
})
const start = async (place = empty, toys = ground.toys): Promise<FollowedProfiles> => {
  const profiles = followProfiles({ config: config(), connection: toys, log: quiet }, place)
  running.push(profiles)
  await profiles.ready
  return profiles
}
const titled = (title: string): Profile =>
  parseProfile(
    JSON.stringify({ name: 'own', title, fields: [{ name: 'grand_total', type: 'money' }] }),
    'own',
  )
const put = (title: string): ReturnType<typeof putProfiles> =>
  putProfiles(config(), ground.toys, [titled(title)])
const titleIn = (profiles: ProfilesInUse): string | undefined => profiles.now().get('own')?.title

test('a version that is published while a process runs is used without a restart, and whoever listens hears of it', async () => {
  const profiles = await start()
  let heard = 0
  profiles.onChange(() => heard++)
  expect(titleIn(profiles)).toBeUndefined()
  await put('first')
  await until(() => titleIn(profiles) === 'first', 'the first version')
  await put('second')
  await until(() => titleIn(profiles) === 'second', 'the second version')
  expect(heard).toBe(2)
})

test('a name that was published a moment ago is known to whoever asks for it', async () => {
  const profiles = await start(empty, await ground.behind())
  ground.faults.cut()
  await put('first')
  await expect(profiles.including('own')).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
  expect(profiles.now().has('own')).toBe(false) // it has not been read yet
  ground.faults.heal()
  expect((await profiles.including('own')).has('own')).toBe(true)
})

test('a record that can not be used leaves the version before it', async () => {
  const profiles = await start()
  await put('first')
  const producer = openProducer(ground.toys.cluster)
  const bad = profileVersionOf('own', { version: 2, profile: '{"name": "own", "fields": 7}' })
  await producer.send(topicName('profiles', ground.toys.prefix), {
    key: 'own',
    value: ground.toys.registry.codec.encode('profiles', bad),
  })
  await producer.close()
  await profiles.including('nobody') // read to the end
  expect([titleIn(profiles), profiles.problems()]).toEqual(['first', []])
})

test('two who publish at the same moment make two versions', async () => {
  const made = await Promise.all([put('one'), put('other')])
  expect(made.flat().map(({ version }) => version)).toEqual(expect.arrayContaining([1, 2]))
})

test('the folder publishes what was changed in it, and an old copy on another machine changes nothing', async () => {
  const write = (title: string): void => {
    writeFileSync(join(files, 'own.json'), JSON.stringify(titled(title)))
  }
  mkdirSync(files, { recursive: true })
  write('first')
  expect((await start(files)).notes().join()).toContain('is not published')
  expect((await publishFolder(config(), ground.toys)).map(({ version }) => version)).toEqual([1])
  await put('second')
  expect(await publishFolder(config(), ground.toys)).toEqual([])
  const profiles = await start(files)
  expect([titleIn(profiles), profiles.notes()]).toEqual([
    'second',
    [
      'the file of profile own is an old copy: version 2 is used, which `errata profiles show` prints',
    ],
  ])
  write('third')
  expect((await publishFolder(config(), ground.toys)).map(({ version }) => version)).toEqual([3])
  const { versions } = await readProfileTable(config(), ground.toys)
  expect(versions().get('own')?.version).toBe(3)
})

describe('a stage that has not read a profile yet', () => {
  const stageWith = async (profiles: ProfilesInUse): Promise<Part> => {
    const { cluster, registry } = ground.toys
    const context = { config: config(), connection: { cluster, registry }, profiles, log: quiet }
    return startStage(context as unknown as ServiceContext, 'learn')
  }
  const sendVerdict = async (profile: string): Promise<void> => {
    const producer = openProducer(ground.toys.cluster)
    await producer.send(topicName('verdicts', ground.toys.prefix), {
      key: 'd1',
      value: ground.toys.registry.codec.encode('verdicts', { ...verdictFor('d1'), profile }),
    })
    await producer.close()
  }
  /** The first record of training, or the code of the first dead letter. */
  const outcome = async (): Promise<string> => {
    const { cluster, registry, prefix } = ground.toys
    let found = ''
    const tables = [
      follow({
        ...{ cluster, registry, topic: 'training' as const, log: quiet },
        name: topicName('training', prefix),
        apply: (key) => void (found ||= key),
      }),
      follow({
        ...{ cluster, registry, topic: 'dead' as const, log: quiet },
        name: deadTopicName('learn', prefix),
        apply: (_, letter) => void (found ||= letter?.code ?? ''),
      }),
    ]
    try {
      await until(() => found !== '', 'an outcome')
      return found
    } finally {
      await Promise.all(tables.map((table) => table.stop()))
    }
  }

  test('reads to the end of the topic before it says that there is none', async () => {
    const profiles = await start()
    const behind: ProfilesInUse = {
      ...profiles,
      async including(name) {
        await put('first') // a moment before the record came
        return profiles.including(name)
      },
    }
    const stage = await stageWith(behind)
    await sendVerdict('own')
    expect(await outcome()).toBe('d1')
    await stage.stop()
  })

  test('makes a dead letter of a record whose profile nobody published', async () => {
    const stage = await stageWith(await start())
    await sendVerdict('nobodys')
    expect(await outcome()).toBe('PROFILE_UNKNOWN')
    await stage.stop()
  })
})
