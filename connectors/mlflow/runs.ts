/** MLflow runs: one for each model version, with its training data and its files. */

import { mlflowFiles } from './model-folder.ts'
import { artifact, entries, longestText, type Rest, unlessMissing } from './rest.ts'

/** A version as an MLflow run. Values are texts of up to 6,000 characters; metrics are finite. */
export interface MlflowRun {
  readonly name: string
  readonly startedAt: number // ms since 1970
  readonly parameters: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly tags: Readonly<Record<string, string>>
  /** The training data. */
  readonly dataset: {
    readonly name: string
    readonly digest: string
    readonly source: object
    readonly profile: object
  }
}

export interface Runs {
  /** The run with a tag, or null: so that a run is logged only once. */
  readonly findRun: (experiment: string, tag: string, value: string) => Promise<string | null>
  /** A finished run with the model as its artifact `model`; returns the run's id. */
  readonly logRun: (
    experiment: string,
    run: MlflowRun,
    bundle: Uint8Array,
    outputs: number,
  ) => Promise<string>
}

const mostParameters = 100 // batch size, limited by MLflow
const mostMetrics = 1_000

export function runsOf(rest: Rest): Runs {
  const { send, post, get } = rest
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
  return {
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
      await logValues(rest, info.run_id, run)
      await logDataset(rest, info.run_id, run.dataset)
      for (const [file, content] of Object.entries(
        mlflowFiles(info.run_id, run.startedAt, outputs),
      ))
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
  }
}

async function logValues({ post }: Rest, runId: string, run: MlflowRun): Promise<void> {
  const parameters = entries(run.parameters).map(({ key, value }) => ({
    key,
    value: value.slice(0, longestText),
  }))
  for (let i = 0; i < parameters.length; i += mostParameters)
    await post('runs/log-batch', {
      run_id: runId,
      params: parameters.slice(i, i + mostParameters),
    })
  const metrics = Object.entries(run.metrics)
    .filter(([, value]) => Number.isFinite(value))
    .map(([key, value]) => ({ key, value, timestamp: run.startedAt, step: 0 }))
  for (let i = 0; i < metrics.length; i += mostMetrics)
    await post('runs/log-batch', {
      run_id: runId,
      metrics: metrics.slice(i, i + mostMetrics),
    })
}

async function logDataset(
  { post }: Rest,
  runId: string,
  dataset: MlflowRun['dataset'],
): Promise<void> {
  const { name, digest, source, profile } = dataset
  await post('runs/log-inputs', {
    run_id: runId,
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
}
