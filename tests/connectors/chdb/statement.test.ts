/** SQL text as the gateway takes it apart and puts it together again. */

import fc from 'fast-check'
import { literal, sqlTextOf, tokens } from '../../../connectors/clickhouse/sql.ts'
import { parseInsert } from '../../../connectors/chdb/insert.ts'
import {
  bindParameters,
  parseQuery,
  withInsertSettings,
  withSettings,
} from '../../../connectors/chdb/statement.ts'
import { StatementError } from '../../../connectors/chdb/statement-error.ts'

describe('tokens', () => {
  test.each([
    ["SELECT 'a;--' -- x;\n, 1", ['SELECT', "'a;--'", ',', '1']],
    ['SELECT `a``b` /* ; */ # c\n;', ['SELECT', 'a``b', ';']],
    ["SELECT 'it''s', 'b\\'c'", ['SELECT', "'it''s'", ',', "'b\\'c'"]],
    ['SELECT $$ ; file( $$, ‘;--’', ['SELECT', '$$ ; file( $$', ',', '‘;--’']],
    ['SELECT {a:Array(String)}', ['SELECT', '{', 'a', ':', 'Array', '(', 'String', ')', '}']],
  ])('%s is cut where the engine cuts it', (sql, expected) => {
    expect([...tokens(sql)].map((token) => token.text)).toEqual(expected)
  })

  test('any text as a literal is one token that gives the text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const all = [...tokens(`${literal(text)} x`)]
        expect(all).toHaveLength(2)
        expect(sqlTextOf(all[0] as never)).toBe(text)
      }),
    )
  })
})

describe('the head of an INSERT', () => {
  test.each([
    [
      'INSERT INTO t FORMAT JSONEachRow\n{"a":1}',
      { table: 't', columns: null, format: 'JSONEachRow', settings: {}, rest: '{"a":1}' },
    ],
    [
      "insert into default.t (`a`, b) settings x = 1, y='z' format csv\n1,2",
      {
        table: 'default.t',
        columns: ['a', 'b'],
        format: 'CSV',
        settings: { x: '1', y: "'z'" },
        rest: '1,2',
      },
    ],
    [
      '-- why\nINSERT INTO TABLE t FORMAT TSV\n\n',
      { table: 't', columns: null, format: 'TSV', settings: {}, rest: '\n' },
    ],
  ])('%j says where its rows go and where they begin', (sql, expected) => {
    const insert = parseInsert(sql)
    expect(
      insert === null
        ? null
        : {
            table: insert.table,
            columns: insert.columns,
            format: insert.format,
            settings: Object.fromEntries(insert.settings),
            rest: sql.slice(insert.dataAt),
          },
    ).toEqual(expected)
  })

  test.each(['INSERT INTO t SELECT 1', 'INSERT INTO t VALUES (1)', 'SELECT 1'])(
    '%s has no rows to take apart',
    (sql) => expect(parseInsert(sql)).toBeNull(),
  )

  test.each(['Native', 'Parquet', 'RowBinary', 'Avro'])(
    'rows in %s are refused, since they would not be stored',
    (format) => {
      expect(() => parseInsert(`INSERT INTO t FORMAT ${format}\n`)).toThrow(StatementError)
    },
  )
})

describe('a query', () => {
  test.each([
    ['SELECT 1', 'SELECT 1', null, {}],
    ['SELECT 1 FORMAT JSON;', 'SELECT 1', 'JSON', {}],
    [
      "SELECT 1 SETTINGS max_threads = 2, x = 'a,b' FORMAT CSV",
      'SELECT 1',
      'CSV',
      { max_threads: '2', x: "'a,b'" },
    ],
    ['SELECT 1 FORMAT CSV SETTINGS max_threads = 2', 'SELECT 1', 'CSV', { max_threads: '2' }],
    ['SELECT format, settings FROM t', 'SELECT format, settings FROM t', null, {}],
    [
      'SELECT * FROM (SELECT 1 SETTINGS x = 1)',
      'SELECT * FROM (SELECT 1 SETTINGS x = 1)',
      null,
      {},
    ],
    ["SELECT 'FORMAT JSON'", "SELECT 'FORMAT JSON'", null, {}],
    ['SELECT 1 -- FORMAT CSV', 'SELECT 1', null, {}],
  ])('%s gives up its FORMAT and SETTINGS', (sql, text, format, settings) => {
    const query = parseQuery(sql)
    expect({
      kind: query.kind,
      text: query.text,
      format: query.format,
      settings: Object.fromEntries(query.settings),
    }).toEqual({ kind: 'read', text, format, settings })
  })

  test.each([
    'SELECT 1; DROP TABLE t',
    'SET a = 1',
    'use system',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    ' ; ',
    '-- nothing',
  ])('%s is refused for everybody', (sql) => {
    expect(() => parseQuery(sql)).toThrow(StatementError)
  })

  test('settings go where the statement takes them', () => {
    const settings = new Map([['a', '1']])
    expect(withSettings('SELECT 1', settings)).toBe('SELECT 1\nSETTINGS a = 1')
    expect(withInsertSettings('INSERT INTO t SELECT 1', settings)).toBe(
      'INSERT INTO t SETTINGS a = 1 SELECT 1',
    )
    expect(withInsertSettings('INSERT INTO t (a) SETTINGS b = 2 VALUES (1)', settings)).toBe(
      'INSERT INTO t (a) SETTINGS a = 1, b = 2 VALUES (1)',
    )
    expect(() => withSettings('SELECT 1', new Map([['a = 1, readonly', '0']]))).toThrow(
      StatementError,
    )
  })

  test('a parameter becomes a cast of its literal, never text of the query', () => {
    const values = new Map([
      ['s', "a\\'b"],
      ['n', '5'],
      ['t', 'x`; DROP'],
      ['z', '\\N'],
      ['l', "['a','it\\'s']"],
    ])
    expect(
      bindParameters(
        "SELECT {s:String}, '{s:String}', {n:UInt8}, {z:Nullable(String)}, {l:Array(String)}, {other:String} FROM {t:Identifier}",
        values,
      ),
    ).toBe(
      "SELECT _CAST('a\\'b', 'String'), '{s:String}', _CAST('5', 'UInt8'), _CAST(NULL, 'Nullable(String)'), _CAST('[\\'a\\',\\'it\\\\\\'s\\']', 'Array(String)'), {other:String} FROM `x\\`; DROP`",
    )
  })
})
