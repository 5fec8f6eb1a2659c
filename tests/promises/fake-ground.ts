/** The fake cluster as a ground for promises, with a codec that needs no registry. */

import { readConfig, type Config } from '../../config.ts'
import type { Cluster } from '../../connectors/kafka/kafka.ts'
import { createCodec, type Codec } from '../../schemas/codec.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'
import { ErrataError } from '../../errors.ts'
import { fakeBroker } from '../fake-cluster.ts'
import { openLink, type Link } from '../fake-link.ts'
import { toysOn, type Toys } from '../toys.ts'
import type { Ground } from './ground.ts'

/** As the registry gives ids: from 1 on, and others are foreign. */
export function fakeRegistry(): { readonly codec: Codec } {
  return {
    codec: createCodec({
      idOf: (topic) => schemaNames.indexOf(topic) + 1,
      async schemaOf(id) {
        const topic = schemaNames[id - 1]
        if (topic === undefined) throw new ErrataError('SCHEMA_FOREIGN', `no schema ${id}`)
        return JSON.stringify(schemaOf(topic))
      },
      isReleased: async () => false,
    }),
  }
}

export interface FakeGround extends Ground {
  readonly faults: Link
}

export async function openFakeGround(partitions: number): Promise<FakeGround> {
  const broker = fakeBroker()
  const faults = openLink()
  const shared = { registry: fakeRegistry(), prefix: 'fake.', partitions }
  const config = readConfig({})
  const opened: Toys[] = []
  const open = async (cluster: Cluster, changes: Partial<Config>): Promise<Toys> => {
    const toys = await toysOn({ ...shared, config: { ...config, ...changes }, cluster })
    opened.push(toys)
    return toys
  }
  return {
    toys: await open(broker.open(), {}),
    behind: (changes = {}) => open(broker.open(faults), changes),
    faults,
    another: () => broker.open(),
    async close() {
      for (const one of opened) await one.close()
    },
  }
}
