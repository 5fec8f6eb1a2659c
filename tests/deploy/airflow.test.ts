/** The DAG as far as it can be tried without Airflow; `npm run test:integrations airflow` imports and runs it for real. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const path = 'deploy/airflow/errata_train.py'
const hasPython = spawnSync('python3', ['--version']).status === 0
const withPython = hasPython ? test : test.skip
if (!hasPython) process.stderr.write('the DAG is not compiled: there is no python3\n')

withPython('the DAG compiles', () => {
  const { status, stderr } = spawnSync('python3', ['-c', `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf8').read(), sys.argv[1])`, path], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})

test('the DAG asks under its run id, waits deferrable, and has a branch for every outcome', () => {
  const text = readFileSync(path, 'utf8')
  expect(text).toContain('"Idempotency-Key": KEY')
  expect(text).toContain('KEY = "{{ run_id }}"')
  expect(text).toMatch(/HttpSensor\([^)]*deferrable=True/s)
  for (const branch of ['promoted', 'refused', 'unchanged']) expect(text).toContain(`"${branch}"`)
})
