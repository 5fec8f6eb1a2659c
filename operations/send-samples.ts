/**
 * The documents of the first start: generated invoices, sent as a person would send them, so that
 * there is something to see.
 */

import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { rawRecord } from '../processors/document/raw.ts'
import { rawSender } from './publish.ts'
import { connect } from './connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { openProgressBar } from '../deploy/stack/progress-bar.ts'
import { sampleDocuments } from './samples.ts'

/** Sends as many as the settings say. BROKER_UNREACHABLE and other codes of the world. */
export async function sendSamples(config: Config, say: (line: string) => void): Promise<void> {
  say(`sending ${config.samples} generated invoices, since no document was ever sent`)
  const bar = openProgressBar('samples', config.samples, 'documents')
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'samples'))
  const producer = openProducer(connection.cluster)
  const send = rawSender(config, connection, producer)
  try {
    const blobs = blobsOf(config)
    const documents = await sampleDocuments(
      config.samples,
      config.seed,
      new Date().toISOString().slice(0, 10),
    )
    for (const [index, { pdf, image, fileName, mediaType }] of documents.entries()) {
      const bytes = pdf ?? image
      if (bytes === null) continue
      const inline = bytes.length <= config.inlineBytes
      if (!inline) await blobs.put(bytes)
      await send(
        rawRecord({ bytes, inline, source: 'sample', receivedAt: Date.now(), fileName, mediaType }),
      )
      bar.update(index + 1)
    }
  } finally {
    bar.stop()
    await producer.close()
    await connection.close()
  }
}
