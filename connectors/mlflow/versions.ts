/** MLflow's registered models: versions, aliases, tags, and the file of a version. */

import { ErrataError } from '../../errors.ts'
import {
  artifact,
  entries,
  isError,
  longestText,
  type Rest,
  type Tag,
  unlessMissing,
} from './rest.ts'

export interface MlflowVersion {
  readonly version: string
  readonly runId: string
  readonly source: string
  readonly tags: Readonly<Record<string, string>>
}

export interface Versions {
  /** Registers a run's model under a name. */
  readonly register: (
    name: string,
    runId: string,
    tags: Readonly<Record<string, string>>,
  ) => Promise<MlflowVersion>
  /** All versions of a name with a run's id. */
  readonly versionsOf: (name: string) => Promise<readonly MlflowVersion[]>
  readonly aliasOf: (name: string, alias: string) => Promise<MlflowVersion | null>
  readonly setAlias: (name: string, alias: string, version: string) => Promise<void>
  readonly tagModel: (name: string, key: string, value: string) => Promise<void>
  readonly tagsOfModel: (name: string) => Promise<Readonly<Record<string, string>>>
  readonly tagVersion: (name: string, version: string, key: string, value: string) => Promise<void>
  /**
   * The ONNX file of a version, at most `maxBytes`. MODEL_UNUSABLE where there is none, or it is
   * elsewhere.
   */
  readonly download: (version: MlflowVersion) => Promise<Buffer>
}

const maxBytes = 64 * 1024 * 1024 // of a model

export function versionsIn(rest: Rest): Versions {
  const { post, get } = rest
  return {
    async register(name, runId, tags) {
      await post('registered-models/create', { name }).catch((error: unknown) => {
        if (!isError(error, 'RESOURCE_ALREADY_EXISTS')) throw error
      })
      const { run } = await get<{ run: { info: { artifact_uri: string } } }>('runs/get', {
        run_id: runId,
      })
      return versionOf(
        (
          await post<{ model_version: RawVersion }>('model-versions/create', {
            name,
            source: `${run.info.artifact_uri}/model`,
            run_id: runId,
            tags: entries(tags),
          })
        ).model_version,
      )
    },
    async versionsOf(name) {
      const found = await get<{ model_versions?: readonly RawVersion[] }>('model-versions/search', {
        filter: `name = '${name.replaceAll("'", '')}'`,
        max_results: '1000',
      })
      return (found.model_versions ?? []).map(versionOf)
    },
    async aliasOf(name, alias) {
      const found = await get<{ model_version: RawVersion }>('registered-models/alias', {
        name,
        alias,
      }).catch((error: unknown) => {
        if (isError(error, 'RESOURCE_DOES_NOT_EXIST') || isError(error, 'INVALID_PARAMETER_VALUE'))
          return null // the latter: the model exists, the alias doesn't
        throw error
      })
      return found === null ? null : versionOf(found.model_version)
    },
    setAlias: (name, alias, version) => post('registered-models/alias', { name, alias, version }),
    tagModel: (name, key, value) => post('registered-models/set-tag', { name, key, value }),
    async tagsOfModel(name) {
      const found = await unlessMissing(() =>
        get<{ registered_model: { tags?: readonly Tag[] } }>('registered-models/get', { name }),
      )
      return Object.fromEntries(
        (found?.registered_model.tags ?? []).map(({ key, value }) => [key, value]),
      )
    },
    tagVersion: (name, version, key, value) =>
      post('model-versions/set-tag', { name, version, key, value: value.slice(0, longestText) }),
    download: async ({ source }) => download(rest, await placeOf(rest, source)),
  }
}

/** Where artifacts are: MLflow's own client may register a logged model instead. */
async function placeOf({ get }: Rest, source: string): Promise<string> {
  const id = /^models:\/+(m-[0-9a-f]{1,64})$/.exec(source)?.[1]
  return id === undefined
    ? source
    : (await get<{ model: { info: { artifact_uri: string } } }>(`logged-models/${id}`, {})).model
        .info.artifact_uri
}

async function download({ send }: Rest, place: string): Promise<Buffer> {
  const response = await send('GET', artifact(place, 'model.onnx')).catch((error: unknown) => {
    if (error instanceof ErrataError && error.facts['status'] === 404)
      throw new ErrataError('MODEL_UNUSABLE', 'the version has no model.onnx', {}, error)
    throw error
  })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length
    if (size > maxBytes)
      throw new ErrataError('MODEL_UNUSABLE', 'the model in MLflow is over the limit', {
        maxBytes,
      })
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks)
}

interface RawVersion {
  readonly version: string
  readonly run_id?: string
  readonly source: string
  readonly tags?: readonly Tag[]
}

function versionOf({ version, run_id: runId, source, tags }: RawVersion): MlflowVersion {
  return {
    version,
    runId: runId ?? '',
    source,
    tags: Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value])),
  }
}
