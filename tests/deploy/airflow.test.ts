/** The DAG as a real Airflow imports it; `npm run test:integrations airflow` runs it. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { airflowPackages } from '../integrations/airflow.ts'
import { hasPython, venv } from '../python.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-airflow-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
if (!hasPython) process.stderr.write('the DAG is not imported: there is no python3 with venv\n')

;(hasPython ? test : test.skip)(
  'Airflow imports the DAG: it asks under its run id, waits deferrable, and has a branch for every outcome',
  async () => {
    const python = join(await venv('airflow', airflowPackages), 'bin', 'python')
    const { stdout } = await promisify(execFile)(
      python,
      ['tests/deploy/airflow_dag.py', 'deploy/airflow'],
      {
        env: {
          ...process.env,
          AIRFLOW_HOME: home,
          AIRFLOW__CORE__LOAD_EXAMPLES: 'false',
          AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '500',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      },
    )
    const branches = ['promoted', 'refused', 'unchanged']
    expect(
      JSON.parse(
        stdout
          .trim()
          .split('\n')
          .filter((line) => line.startsWith('{"errors"'))
          .join(),
      ),
    ).toEqual({
      errors: {},
      deferrable: true,
      key: '{{ run_id }}',
      follow: {
        ask: ['wait'],
        wait: ['read'],
        read: ['decided'],
        decided: branches,
        promoted: [],
        refused: [],
        unchanged: [],
      },
      decided: {
        promoted: 'promoted',
        refused: 'refused',
        known: 'unchanged',
        nothing: 'unchanged',
        failed: 'the training failed: so',
      },
    })
  },
  600_000,
)
