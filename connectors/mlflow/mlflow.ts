/**
 * MLflow by its REST API (3.x): one run for each model version, the ONNX file as a registered model
 * version that `mlflow models serve` and `pyfunc` load, and the alias of the champion.
 *
 * MLflow is a mirror and never a source: what it says about a model is checked against the sha256
 * of the bytes before the bytes are looked at, since it takes artifacts from anywhere and whoever
 * may write there may exchange them. Its artifacts must come through its own proxy
 * (`mlflow-artifacts:`, the default of `mlflow server`); no other address is fetched.
 *
 * Failures are MLFLOW_UNREACHABLE, retry: nothing in Errata waits for MLflow.
 */

import { ErrataError } from '../../errors.ts'

/** A version as a run of MLflow. Values are texts of up to 6,000 characters; metrics are finite. */
export interface MlflowRun {
  readonly name: string
  readonly startedAt: number // ms since 1970
  readonly parameters: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly tags: Readonly<Record<string, string>>
  /** What was trained on. */
  readonly dataset: {
    readonly name: string
    readonly digest: string
    readonly source: object
    readonly profile: object
  }
}

export interface MlflowVersion {
  readonly version: string
  readonly runId: string
  readonly source: string
  readonly tags: Readonly<Record<string, string>>
}

export interface Mlflow {
  /** The server's version. */
  readonly version: () => Promise<string>
  /** The run that bears a tag, or null: so that a run is logged once. */
  readonly findRun: (experiment: string, tag: string, value: string) => Promise<string | null>
  /** A finished run with the model as its artifact `model`; the run's id. */
  readonly logRun: (
    experiment: string,
    run: MlflowRun,
    bundle: Uint8Array,
    outputs: number,
  ) => Promise<string>
  /** Registers a run's model under a name. */
  readonly register: (
    name: string,
    runId: string,
    tags: Readonly<Record<string, string>>,
  ) => Promise<MlflowVersion>
  /** All versions of a name that bear a run's id. */
  readonly versionsOf: (name: string) => Promise<readonly MlflowVersion[]>
  readonly aliasOf: (name: string, alias: string) => Promise<MlflowVersion | null>
  readonly setAlias: (name: string, alias: string, version: string) => Promise<void>
  readonly tagModel: (name: string, key: string, value: string) => Promise<void>
  readonly tagsOfModel: (name: string) => Promise<Readonly<Record<string, string>>>
  readonly tagVersion: (name: string, version: string, key: string, value: string) => Promise<void>
  /**
   * The ONNX file of a version, at most `maxBytes`. MODEL_UNUSABLE where there is none, or it lies
   * elsewhere.
   */
  readonly download: (version: MlflowVersion) => Promise<Buffer>
}

const timeoutMs = 30_000
const maxBytes = 64 * 1024 * 1024 // of a model
const mostParameters = 100 // of a batch, by MLflow's own limit
const mostMetrics = 1_000
const longestText = 6_000 // characters of a parameter

/** `url` may carry user and password. */
export function openMlflow(url: string): Mlflow {
  const base = new URL(url)
  const authorization =
    base.username === ''
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`).toString('base64')}`,
        }
  base.username = base.password = ''
  const root = base.href.replace(/\/$/, '')

  const send = async (
    method: string,
    path: string,
    body?: Uint8Array | string,
    type = 'application/json',
  ): Promise<Response> => {
    try {
      const response = await fetch(root + path, {
        method,
        headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': type }) },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
        ...(body === undefined ? {} : { body: body as never }),
      })
      if (response.ok) return response
      const text = (await response.text()).slice(0, 500)
      const code = /"error_code":\s*"([A-Z_]+)"/.exec(text)?.[1] ?? ''
      throw new ErrataError('MLFLOW_UNREACHABLE', `MLflow answers ${response.status} ${code}`, {
        status: response.status,
        error: code,
        path: path.split('?')[0] as string,
      })
    } catch (error) {
      throw error instanceof ErrataError
        ? error
        : new ErrataError(
            'MLFLOW_UNREACHABLE',
            'MLflow can not be reached',
            { path: path.split('?')[0] as string },
            error,
          )
    }
  }
  const post = async <T>(path: string, body: object): Promise<T> =>
    (await (await send('POST', `/api/2.0/mlflow/${path}`, JSON.stringify(body))).json()) as T
  const get = async <T>(path: string, query: Readonly<Record<string, string>>): Promise<T> =>
    (await (
      await send('GET', `/api/2.0/mlflow/${path}?${new URLSearchParams(query).toString()}`)
    ).json()) as T
  /** Null where it isn't there, and what `act` gives otherwise. */
  const unlessMissing = async <T>(act: () => Promise<T>): Promise<T | null> =>
    act().catch((error: unknown) => {
      if (isError(error, 'RESOURCE_DOES_NOT_EXIST')) return null
      throw error
    })
  const experimentId = async (name: string): Promise<string> => {
    const known = await unlessMissing(() =>
      get<{ experiment: { experiment_id: string } }>('experiments/get-by-name', {
        experiment_name: name,
      }),
    )
    return (
      known?.experiment.experiment_id ??
      (await post<{ experiment_id: string }>('experiments/create', { name })).experiment_id
    )
  }
  /** Where artifacts lie: what MLflow's own client registers names a logged model instead. */
  const placeOf = async (source: string): Promise<string> => {
    const id = /^models:\/+(m-[0-9a-f]{1,64})$/.exec(source)?.[1]
    return id === undefined
      ? source
      : (await get<{ model: { info: { artifact_uri: string } } }>(`logged-models/${id}`, {})).model
          .info.artifact_uri
  }
  const artifact = (source: string, file: string): string =>
    `/api/2.0/mlflow-artifacts/artifacts/${proxied(source)}/${file}`

  return {
    version: async () => (await send('GET', '/version')).text(),
    async findRun(experiment, tag, value) {
      const found = await post<{ runs?: readonly { info: { run_id: string } }[] }>('runs/search', {
        experiment_ids: [await experimentId(experiment)],
        filter: `tags.\`${tag}\` = '${value.replaceAll("'", '')}' and attributes.status = 'FINISHED'`,
        max_results: 1,
      })
      return found.runs?.[0]?.info.run_id ?? null
    },
    async logRun(experiment, run, bundle, outputs) {
      const { info } = (
        await post<{ run: { info: { run_id: string; artifact_uri: string } } }>('runs/create', {
          experiment_id: await experimentId(experiment),
          run_name: run.name,
          start_time: run.startedAt,
          tags: entries(run.tags),
        })
      ).run
      const parameters = entries(run.parameters).map(({ key, value }) => ({
        key,
        value: value.slice(0, longestText),
      }))
      for (let i = 0; i < parameters.length; i += mostParameters)
        await post('runs/log-batch', {
          run_id: info.run_id,
          params: parameters.slice(i, i + mostParameters),
        })
      const metrics = Object.entries(run.metrics)
        .filter(([, value]) => Number.isFinite(value))
        .map(([key, value]) => ({ key, value, timestamp: run.startedAt, step: 0 }))
      for (let i = 0; i < metrics.length; i += mostMetrics)
        await post('runs/log-batch', {
          run_id: info.run_id,
          metrics: metrics.slice(i, i + mostMetrics),
        })
      const { name, digest, source, profile } = run.dataset
      await post('runs/log-inputs', {
        run_id: info.run_id,
        datasets: [
          {
            tags: [{ key: 'mlflow.data.context', value: 'training' }],
            dataset: {
              name,
              digest: digest.slice(0, 36),
              source_type: 'kafka',
              source: JSON.stringify(source),
              profile: JSON.stringify(profile),
            },
          },
        ],
      })
      for (const [file, content] of Object.entries(modelFiles(info.run_id, run.startedAt, outputs)))
        await send(
          'PUT',
          artifact(info.artifact_uri, `model/${file}`),
          content,
          'application/octet-stream',
        )
      await send(
        'PUT',
        artifact(info.artifact_uri, 'model/model.onnx'),
        bundle,
        'application/octet-stream',
      )
      await post('runs/update', {
        run_id: info.run_id,
        status: 'FINISHED',
        end_time: run.startedAt,
      })
      return info.run_id
    },
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
          return null // the latter: the model is there, the alias is not
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
    async download(version) {
      const response = await send(
        'GET',
        artifact(await placeOf(version.source), 'model.onnx'),
      ).catch((error: unknown) => {
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
    },
  }
}

interface Tag {
  readonly key: string
  readonly value: string
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

/**
 * The path of an artifact below the server's proxy. MODEL_UNUSABLE for any other address, and for
 * one that climbs out.
 */
function proxied(source: string): string {
  const path = /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?(.+)$/.exec(source)?.[1] ?? ''
  if (
    path === '' ||
    path.split('/').some((part) => part === '..' || part === '.') ||
    /[?#%\\]/.test(path)
  )
    throw new ErrataError(
      'MODEL_UNUSABLE',
      'the artifacts of this MLflow are not behind its proxy',
      {},
    )
  return path
}

/**
 * What makes a folder a model for MLflow: the flavours onnx and python_function over model.onnx.
 */
function modelFiles(runId: string, at: number, outputs: number): Readonly<Record<string, string>> {
  const tensor = (name: string, dtype: string, shape: readonly number[]): object => ({
    type: 'tensor',
    'tensor-spec': { dtype, shape },
    name,
  })
  const inputs = JSON.stringify([tensor('features', 'int32', [-1, -1])])
  const scores = JSON.stringify([tensor('scores', 'float32', [-1, outputs])])
  return {
    MLmodel: [
      'artifact_path: model',
      'flavors:',
      '  onnx:',
      '    data: model.onnx',
      '    onnx_version: 1.19.0',
      '    providers:',
      '    - CPUExecutionProvider',
      '    code: null',
      '  python_function:',
      '    loader_module: mlflow.onnx',
      '    data: model.onnx',
      '    env:',
      '      virtualenv: python_env.yaml',
      '    python_version: 3.11.7',
      `run_id: ${runId}`,
      `model_uuid: ${runId}`,
      `utc_time_created: '${new Date(at).toISOString().replace('T', ' ').slice(0, 23)}000'`,
      'signature:',
      `  inputs: '${inputs}'`,
      `  outputs: '${scores}'`,
      '  params: null',
      '',
    ].join('\n'),
    'requirements.txt': 'mlflow\nonnx\nonnxruntime\nnumpy\n',
    'python_env.yaml':
      'python: 3.11.7\nbuild_dependencies: []\ndependencies:\n- -r requirements.txt\n',
  }
}

function entries(values: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}

function isError(error: unknown, code: string): boolean {
  return error instanceof ErrataError && error.facts['error'] === code
}
