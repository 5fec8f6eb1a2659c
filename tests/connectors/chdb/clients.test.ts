/** A client that none of us wrote: Python's clickhouse-connect, as an analyst uses it. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { hasPython, venv } from '../../python.ts'
import { startStore, type TestStore } from '../clickhouse/store.ts'

const program = `
import sys
import clickhouse_connect
client = clickhouse_connect.get_client(host='127.0.0.1', port=int(sys.argv[1]))
print(client.query('SELECT id, s FROM t WHERE id >= {low:UInt64} ORDER BY id', parameters={'low': 2}).result_rows)
print(client.query('SELECT count() FROM t', settings={'max_threads': 1}).result_rows)
print(client.command('SHOW TABLES'))
for statement in ['DROP TABLE t', "SELECT file('/etc/hostname')"]:
    try:
        client.command(statement)
        print('done')
    except Exception as error:
        print('READONLY' in str(error))
`
let store: TestStore

;(hasPython ? describe : describe.skip)(
  'clickhouse-connect (skipped where python3 has no venv)',
  () => {
    beforeAll(async () => {
      store = await startStore()
      const owner = openClickhouse(store.writeUrl)
      await owner.command('CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id')
      await owner.command("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
      await owner.close()
    }, 180_000)
    afterAll(() => store?.remove())

    test('reads with parameters and settings, and changes nothing', async () => {
      const python = join(
        await venv('clickhouse-connect', ['clickhouse-connect==1.12.0']),
        'bin',
        'python',
      )
      const { stdout } = await promisify(execFile)(python, ['-c', program, new URL(store.url).port])
      expect(stdout.trim().split('\n')).toEqual(["[(2, 'b')]", '[(2,)]', 't', 'True', 'True'])
    }, 300_000)
  },
)
