/** What `errata doctor` finds about the settings of brokers that Errata did not start. */

import type { Cluster } from '../connectors/kafka/kafka.ts'
import { topics } from '../topology.ts'
import type { Finding } from './finding.ts'

const brokerResource = 4 // number of the type in Kafka's protocol
const minutesOfDay = 1_440
const leastDays = topics.raw.retainMs / 86_400_000
const setting = 'offsets.retention.minutes'

/** How long a stopped group keeps its positions; nothing where brokers don't say. */
export async function checkOffsetRetention(
  cluster: Pick<Cluster, 'ask'>,
): Promise<readonly Finding[]> {
  const minutes = await retentionMinutes(cluster).catch(() => null) // the right may be lacking
  if (minutes === null || minutes >= leastDays * minutesOfDay) return []
  const days = Math.round(minutes / minutesOfDay)
  return [
    {
      what: 'broker',
      grade: 'note',
      found: `forgets the position of a stage that has been stopped for ${days} days`,
      remedy: `It would begin again, with every document that topics still keep. Set ${setting}=${leastDays * minutesOfDay} on the brokers, or stop no stage for so long.`,
    },
  ]
}

async function retentionMinutes(cluster: Pick<Cluster, 'ask'>): Promise<number | null> {
  const { resources } = await cluster.ask(async (admin) => {
    const { brokers } = await admin.describeCluster()
    const name = String(brokers[0]?.nodeId)
    const wanted = { type: brokerResource, name, configNames: [setting] }
    return admin.describeConfigs({ includeSynonyms: false, resources: [wanted] })
  })
  const value = resources[0]?.configEntries.find(({ configName }) => configName === setting)
  return value === undefined ? null : Number(value.configValue)
}
