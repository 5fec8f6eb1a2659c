/** `errata models …`: versions with their evidence, and decisions by hand. */

import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { describeModel, sawDocument } from './models-show.ts'
import {
  decideOnModels,
  newestFirst,
  promoting,
  readCatalogue,
  rollingBack,
  findVersion,
  withModelsConnection,
} from '../operations/models.ts'
import { firstUsable, refusedText } from '../operations/published-models.ts'
import { modelKey } from '../processors/model/model-registry.ts'
import { evidenceOf, provenanceOf } from '../processors/model/published-model.ts'

/** Every version, whether it is usable here, and whether it is signed. */
export async function listModels(config: Config): Promise<number> {
  const catalogue = await withModelsConnection(config, (connection) =>
    readCatalogue(config, connection),
  )
  const listed = newestFirst(catalogue)
  const blobs = blobsOf(config)
  for (const model of listed) {
    const [refused] = (await firstUsable([model], blobs, config)).refused
    process.stdout.write(
      `${[modelKey(model).padEnd(16), model.state.padEnd(10), (refused?.code ?? 'usable').padEnd(14), (model.signature === null ? 'unsigned' : 'signed').padEnd(8), new Date(model.decidedAt).toISOString(), model.decidedBy.padEnd(10), model.reason].join('  ')}\n`,
    )
  }
  if (listed.length === 0) process.stderr.write('no model was published yet\n')
  return 0
}

/**
 * A version's origin, the gate's evidence and the basis of its thresholds; with `json` its whole
 * record.
 */
export async function showModel(
  config: Config,
  key: string,
  { json, document }: { json: boolean; document: string | null },
): Promise<number> {
  const model = findVersion(
    await withModelsConnection(config, (connection) => readCatalogue(config, connection)),
    key,
  )
  const { manifest: _manifest, evidence: _evidence, ...rest } = model
  if (document !== null) process.stdout.write(`${sawDocument(model, document) ?? 'never'}\n`)
  else if (json)
    process.stdout.write(
      `${JSON.stringify({ ...rest, manifest: provenanceOf(model), evidence: evidenceOf(model) }, null, 2)}\n`,
    )
  else
    process.stdout.write(
      describeModel(
        model,
        await blobsOf(config)
          .get(model.sha256)
          .catch(() => null),
        config.targetError,
      ),
    )
  return 0
}

/** The versions that ever saw a document: one a line, with the document's role. */
export async function modelsThatSaw(config: Config, document: string): Promise<number> {
  const catalogue = await withModelsConnection(config, (connection) =>
    readCatalogue(config, connection),
  )
  const listed = newestFirst(catalogue)
    .map((model) => ({ model, saw: sawDocument(model, document) }))
    .filter(({ saw }) => saw !== null)
  for (const { model, saw } of listed)
    process.stdout.write(
      `${[modelKey(model).padEnd(16), model.state.padEnd(10), saw].join('  ')}\n`,
    )
  if (listed.length === 0) process.stderr.write(`no version ever saw ${document}\n`)
  return 0
}

export async function promoteModel(config: Config, key: string, why: string): Promise<number> {
  return withModelsConnection(config, async (connection) => {
    await decideOnModels(
      config,
      connection,
      promoting(config, key, blobsOf(config), userInfo().username, why),
    )
    process.stderr.write(`${key} is the champion now\n`)
    return 0
  })
}

export async function rollbackModel(config: Config, name: string, why: string): Promise<number> {
  return withModelsConnection(config, async (connection) => {
    const { key, refused } = await decideOnModels(
      config,
      connection,
      rollingBack(config, name, blobsOf(config), userInfo().username, why),
    )
    if (refused.length > 0)
      process.stderr.write(`passed over, since they can't be used: ${refusedText(refused)}\n`)
    process.stderr.write(`${key} is the champion again\n`)
    return 0
  })
}
