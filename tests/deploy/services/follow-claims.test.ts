/** Known invoices of a profile that is read after their readings, on the fake cluster. */

import { createTopics, openProducer } from '../../../connectors/kafka/kafka.ts'
import { readConfig } from '../../../config.ts'
import { followClaims } from '../../../deploy/services/follow-claims.ts'
import type { ProfilesInUse, ServiceContext } from '../../../deploy/services/service.ts'
import { loadProfiles, parseProfile, type Profiles } from '../../../schemas/profiles.ts'
import { topicName } from '../../../topology.ts'
import { openFakeGround } from '../../promises/fake-ground.ts'
import { profileVersionOf, readingOf } from '../../records.ts'
import { quiet } from '../../toys.ts'

test('a reading counts as known as soon as its profile is, whichever was read first', async () => {
  const ground = await openFakeGround(1)
  const { cluster, registry, prefix: topicPrefix } = ground.toys
  const name = topicName('extracted', topicPrefix)
  await createTopics(cluster, [{ name, partitions: 1, replication: 1, settings: {} }])
  const producer = openProducer(cluster)
  for (const id of ['d1', 'd2']) {
    const value = registry.codec.encode('extracted', { ...readingOf(id), profile: 'own' })
    await producer.send(name, { key: id, value })
  }
  await producer.send(name, { key: 'd2', value: null }) // erased meanwhile

  let profiles: Profiles = loadProfiles()
  let changed = (): void => {}
  const inUse: ProfilesInUse = {
    now: () => profiles,
    including: async () => profiles,
    onChange: (listener) => void (changed = listener),
  }
  const config = { ...readConfig({}), topicPrefix }
  const context = { config, connection: { cluster, registry }, profiles: inUse, log: quiet }
  const claims = followClaims(context as unknown as ServiceContext)
  await claims.ready
  const count = (id: string): number => claims.documentsOf(readingOf(id).vendor.id)
  expect(count('d1')).toBe(0)
  profiles = new Map([['own', parseProfile(profileVersionOf('own').profile, 'own')]])
  changed()
  expect([count('d1'), count('d2')]).toEqual([1, 0])
  await Promise.all([claims.stop(), producer.close()])
  await ground.close()
})
