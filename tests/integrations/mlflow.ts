/**
 * The mirror in a real MLflow: runs, versions that its own tools load and serve, and an alias that
 * is moved by hand.
 */

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { openMlflow } from '../../connectors/mlflow/mlflow.ts'
import { openModel } from '../../connectors/onnx/onnx.ts'
import { readCatalogue } from '../../operations/models.ts'
import { championOf } from '../../processors/model/model-registry.ts'
import { headsOf } from '../../processors/model/model.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { venv } from '../python.ts'
import { generatedVerdicts } from '../verdicts.ts'
import { run, serve, until, type Bench } from './processes.ts'

const packages = ['mlflow==3.17.*', 'onnx', 'onnxruntime']
const name = 'errata-receipt'
const token = (bench: Bench): Record<string, string> => ({
  authorization: `Bearer ${bench.config.token}`,
})

const loading = `
import sys, json, numpy, mlflow
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model('models:/${name}@champion')
given = {'features': numpy.array([[1, 2, 3], [4, 5, 0]], dtype=numpy.int32)}
found = model.predict(given)
print(json.dumps({'scores': numpy.asarray(found['scores']).tolist(), 'onnx': len(mlflow.onnx.load_model('models:/${name}@champion').graph.node)}))
`

export async function startMlflow(bench: Bench): Promise<string> {
  const folder = await venv('mlflow', packages)
  const port = await bench.port(25_000)
  const data = join(bench.home, 'mlflow')
  mkdirSync(data, { recursive: true })
  const url = `http://127.0.0.1:${port}`
  await serve(
    join(folder, 'bin', 'mlflow'),
    [
      'server',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--workers',
      '1',
      '--backend-store-uri',
      `sqlite:///${data}/mlflow.db`,
      '--artifacts-destination',
      join(data, 'artifacts'),
    ],
    {
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
    `${url}/health`,
  )
  return url
}

export async function tryMlflow(bench: Bench): Promise<[string, string][]> {
  const { config, connection, home, mlflowUrl } = bench
  assert.ok(mlflowUrl !== null)
  const mlflow = openMlflow(mlflowUrl)
  const folder = await venv('mlflow', packages)
  const champion = async (): Promise<string | null> =>
    championOf(await readCatalogue(config, connection), 'receipt')?.version.toString() ?? null

  await train(bench, 'mlflow one')
  const first = await until(() => mlflow.aliasOf(name, 'champion'), 'the alias')
  assert.equal(first.tags['errata.version'], 'receipt/1')
  const model = championOf(await readCatalogue(config, connection), 'receipt')
  assert.ok(model !== null)
  assert.equal(first.tags['sha256'], model.sha256)
  const { run: logged } = (await (
    await fetch(`${mlflowUrl}/api/2.0/mlflow/runs/get?run_id=${first.runId}`)
  ).json()) as {
    run: {
      data: { params: { key: string; value: string }[]; metrics: { key: string; value: number }[] }
      inputs: { dataset_inputs: { dataset: { source: string; source_type: string } }[] }
    }
  }
  const source = JSON.parse(logged.inputs.dataset_inputs[0]?.dataset.source ?? '{}') as {
    topic: string
    offsets: Record<string, string>
  }
  assert.equal(source.topic, `${config.topicPrefix}training`)
  assert.ok(Object.values(source.offsets).some((offset) => BigInt(offset) > 0n))
  const f1 = logged.data.metrics.find(({ key }) => key === 'candidate.all.f1')?.value ?? 0

  // Its own tools read what we wrote, and give what we give
  const loaded = JSON.parse(
    (await run(join(folder, 'bin', 'python'), ['-c', loading, mlflowUrl]))
      .trim()
      .split('\n')
      .at(-1) ?? '',
  ) as { scores: number[][]; onnx: number }
  const ours = await openModel(await openBlobs(join(home, 'blobs')).get(model.sha256))
  const outputs = headsOf(ours.manifest.fields).outputs
  await ours.dispose()
  assert.deepEqual([loaded.scores.length, loaded.scores[0]?.length], [2, outputs])
  const servePort = await bench.port(25_100)
  await serve(
    join(folder, 'bin', 'mlflow'),
    [
      'models',
      'serve',
      '-m',
      `models:/${name}@champion`,
      '--env-manager',
      'local',
      '--host',
      '127.0.0.1',
      '--port',
      String(servePort),
    ],
    { MLFLOW_TRACKING_URI: mlflowUrl, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    `http://127.0.0.1:${servePort}/ping`,
  )
  const answer = (await (
    await fetch(`http://127.0.0.1:${servePort}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: {
          features: [
            [1, 2, 3],
            [4, 5, 0],
          ],
        },
      }),
    })
  ).json()) as { predictions: { scores: number[][] } }
  assert.deepEqual(
    answer.predictions.scores.map((row) => row.map((value) => value.toFixed(4))),
    loaded.scores.map((row) => row.map((value) => value.toFixed(4))),
  )

  // The gate promotes: the alias follows
  await bench.answer(
    generatedVerdicts(profileOf(loadProfiles(), 'receipt'), 40, { vendors: 15, from: 90 }),
  )
  const trained = await train(bench, 'mlflow two')
  assert.equal(trained.outcome, 'promoted')
  const second = await until(
    async () => aliased(await mlflow.aliasOf(name, 'champion'), 'receipt/2'),
    'the alias on the second version',
  )

  // Decided by hand here: the alias follows too
  await run(
    process.execPath,
    ['--import', 'tsx/esm', 'cli/cli.ts', 'models', 'promote', 'receipt/1', '--why', 'a test'],
    bench.environment,
  )
  await until(
    async () => aliased(await mlflow.aliasOf(name, 'champion'), 'receipt/1'),
    'the alias on the first version again',
  )

  // Moved by hand there: the gate is asked, and the better model passes
  await mlflow.setAlias(name, 'champion', second.version)
  await until(
    async () => ((await champion()) === '2' ? true : null),
    'the promotion that was asked for',
  )
  const reason = championOf(await readCatalogue(config, connection), 'receipt')?.reason ?? ''
  assert.match(reason, /asked for in MLflow/)

  // A model from elsewhere, registered by MLflow's own client, is judged in the same way
  const judged = async (factor: string): Promise<string> => {
    const version = (
      await run(join(folder, 'bin', 'python'), [
        resolve('tests/integrations/mlflow_register.py'),
        mlflowUrl,
        name,
        factor,
      ])
    )
      .trim()
      .split('\n')
      .at(-1)
    return until(
      async () =>
        (await mlflow.versionsOf(name)).find((one) => one.version === version)?.tags[
          'errata.request'
        ] ?? null,
      `the answer about version ${version}`,
    )
  }
  const accepted = await judged('1')
  assert.match(accepted, /^promoted: /)
  const ruined = await judged('0')
  assert.match(ruined, /^refused: .*reads less well than the champion/)
  await until(
    async () => aliased(await mlflow.aliasOf(name, 'champion'), 'receipt/3'),
    'the alias on the model from elsewhere',
  )
  assert.equal(await champion(), '3')

  // Bytes that are not what their tag says are never looked at, and the alias goes back
  const foreign = await mlflow.register(name, second.runId, { sha256: '0'.repeat(64) })
  await mlflow.setAlias(name, 'champion', foreign.version)
  const refused = await until(
    async () =>
      (await mlflow.versionsOf(name)).find(
        ({ version, tags }) => version === foreign.version && tags['errata.request'] !== undefined,
      ) ?? null,
    'the refusal',
  )
  await until(
    async () => aliased(await mlflow.aliasOf(name, 'champion'), 'receipt/3'),
    'the alias on our champion',
  )
  assert.match(
    refused.tags['errata.request'] ?? '',
    /^refused: the bytes in MLflow do not have the sha256/,
  )
  return [
    [
      `a run with parameters, metrics and the data set as topic and offsets (MLflow ${(await mlflow.version()).trim()})`,
      `${logged.data.params.length} parameters, ${logged.data.metrics.length} metrics, F1 ${f1.toFixed(3)}`,
    ],
    [
      'pyfunc and mlflow.onnx load the registered version',
      `${loaded.onnx} nodes, ${outputs} scores`,
    ],
    ['`mlflow models serve` answers the same', `port ${servePort}`],
    [
      'the alias champion follows the gate, and a promotion by hand',
      `version ${second.version}, then ${first.version}`,
    ],
    ['an alias moved by hand is a request that the gate judges', reason],
    [
      'a model from elsewhere, registered by its author, becomes a version where it passes',
      accepted,
    ],
    ['one that reads badly is refused, and the alias goes back', ruined],
    ['bytes that are not those of the tag are refused', refused.tags['errata.request'] ?? ''],
  ]
}

function aliased<T extends { readonly tags: Readonly<Record<string, string>> }>(
  found: T | null,
  key: string,
): T | null {
  return found?.tags['errata.version'] === key ? found : null
}

async function train(bench: Bench, key: string): Promise<{ outcome: string }> {
  const url = `http://127.0.0.1:${bench.config.trainerPort}/trainings`
  await fetch(url, {
    method: 'POST',
    headers: { ...token(bench), 'content-type': 'application/json', 'idempotency-key': key },
    body: '{"profile":"receipt"}',
  })
  return until(async () => {
    const answer = await fetch(`${url}/${encodeURIComponent(key)}/outcome`, {
      headers: token(bench),
    })
    return answer.ok ? ((await answer.json()) as { outcome: string }) : null
  }, `the training ${key}`)
}
