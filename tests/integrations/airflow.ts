/**
 * The DAG in a real Airflow, run against the running trainer; that it imports is tested by `npm
 * test`.
 */

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Training } from '../../connectors/http/trainings.ts'
import { venv } from '../python.ts'
import { run, type Bench } from './processes.ts'

/** Also what `npm test` imports the DAG with. */
export const airflowPackages = ['apache-airflow==3.3.*', 'apache-airflow-providers-http']

export async function tryAirflow(bench: Bench): Promise<[string, string][]> {
  const { config, home } = bench
  const folder = await venv('airflow', airflowPackages)
  const dags = resolve('deploy/airflow')
  const environment = {
    AIRFLOW_HOME: join(home, 'airflow'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'false',
    AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '500',
    AIRFLOW__CORE__DAGS_FOLDER: dags,
    AIRFLOW__LOGGING__LOGGING_LEVEL: 'INFO',
    PYTHONDONTWRITEBYTECODE: '1',
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    AIRFLOW_CONN_ERRATA_TRAINER: JSON.stringify({
      conn_type: 'http',
      host: '127.0.0.1',
      port: config.trainerPort,
      extra: { Authorization: `Bearer ${config.token}` },
    }),
  }
  mkdirSync(environment.AIRFLOW_HOME, { recursive: true })
  await run(join(folder, 'bin', 'airflow'), ['db', 'migrate'], environment)
  const test = (conf: object): Promise<string> =>
    run(
      join(folder, 'bin', 'airflow'),
      ['dags', 'test', 'errata_train', '--conf', JSON.stringify(conf)],
      environment,
    )
  const first = await test({ profile: 'receipt' })
  const trainings = await listed(bench)
  assert.equal(trainings.length, 1)
  assert.equal(trainings[0]?.outcome, 'promoted')
  assert.match(first, /receipt: promoted receipt\/1/)
  const again = await test({ profile: 'receipt' })
  assert.match(again, /receipt: known receipt\/1/)
  const [second] = await listed(bench)
  assert.equal(second?.outcome, 'known')

  const ask = (key: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${config.trainerPort}/trainings`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${config.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
  const repeated = (await (
    await ask(trainings[0]?.key ?? '', { profile: 'receipt' })
  ).json()) as Training
  assert.deepEqual(repeated, trainings[0])
  assert.equal((await fetch(`http://127.0.0.1:${config.trainerPort}/trainings`)).status, 401)
  return [
    [
      '`airflow dags test` trains, waits and follows the gate',
      `${trainings[0]?.key}: ${trainings[0]?.outcome} ${trainings[0]?.version}`,
    ],
    ['the same snapshot is not published twice', `${second?.key}: ${second?.outcome}`],
    ['a run id is an idempotency key, and a token is needed', 'same training, 401'],
  ]
}

async function listed({ config }: Bench): Promise<readonly Training[]> {
  const answer = await fetch(`http://127.0.0.1:${config.trainerPort}/trainings`, {
    headers: { authorization: `Bearer ${config.token}` },
  })
  return ((await answer.json()) as { trainings: readonly Training[] }).trainings
}
