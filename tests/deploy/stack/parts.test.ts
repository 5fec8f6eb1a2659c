import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readConfig } from '../../../config.ts'
import type { AccessRight } from '../../../connectors/kafka/kafka.ts'
import { accessRights, aclCommands } from '../../../operations/acls.ts'
import { isSupervised } from '../../../deploy/instance/instance.ts'
import { releaseLock, takeLock } from '../../../connectors/files/file-lock.ts'
import { openLogFile } from '../../../deploy/instance/log-file.ts'
import { artifacts, repositoryPath } from '../../../deploy/stack/artifacts.ts'
import { addressesOf, checkExternal } from '../../../deploy/stack/external.ts'
import { mirrorIn } from '../../../deploy/stack/mirror.ts'
import { answers, freePort } from '../../../deploy/stack/ports.ts'
import { isOurProcess, launch, terminate } from '../../../deploy/stack/processes.ts'
import { notableIn } from '../../../deploy/instance/supervise.ts'
import { deadTopicName, stageNames, topicName } from '../../../topology.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'errata-parts-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function listen(): Promise<Server> {
  const server = createServer()
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

describe('ports', () => {
  test('one that is taken is passed over', async () => {
    const server = await listen()
    const { port } = server.address() as AddressInfo
    try {
      expect(await answers(port)).toBe(true)
      const free = await freePort(port, new Set([port + 1]))
      expect(free).toBeGreaterThan(port + 1)
      expect(await answers(free)).toBe(false)
    } finally {
      server.close()
    }
  })
})

describe('a mirror', () => {
  const settings = (...mirrors: string[]): string =>
    `<settings><mirrors>${mirrors.join('')}</mirrors></settings>`
  test.each([
    [
      'is taken from the settings of Maven',
      settings(
        '<mirror><id>m</id><mirrorOf>central</mirrorOf><url>https://mirror.test/maven</url></mirror>',
      ),
      'https://mirror.test/maven',
    ],
    [
      'may stand for everything',
      settings('<mirror><mirrorOf>*,!inner</mirrorOf><url>https://all.test</url></mirror>'),
      'https://all.test',
    ],
    [
      'of something else is none',
      settings('<mirror><mirrorOf>inner</mirrorOf><url>https://inner.test</url></mirror>'),
      null,
    ],
    [
      'that leaves Maven Central out is none',
      settings('<mirror><mirrorOf>*,!central</mirrorOf><url>https://x.test</url></mirror>'),
      null,
    ],
    [
      'that only blocks is none',
      settings(
        '<mirror><mirrorOf>external:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>',
      ),
      null,
    ],
    ['is absent from empty settings', '<settings/>', null],
  ])('%s', (_, xml, expected) => expect(mirrorIn(xml)).toBe(expected))
})

describe('what is fetched', () => {
  test('is fixed to the byte and has a place in a Maven repository', () => {
    expect(artifacts.length).toBeGreaterThan(40)
    expect(
      artifacts.filter(({ sha256, bytes }) => !/^[0-9a-f]{64}$/.test(sha256) || bytes <= 0),
    ).toEqual([])
    expect(artifacts.map(repositoryPath)).toContain(
      'org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar',
    )
    expect(artifacts.map(repositoryPath)).toContain(
      'io/apicurio/apicurio-registry-app/2.6.13.Final/apicurio-registry-app-2.6.13.Final-all.tar.gz',
    )
  })
})

describe('processes', () => {
  test('are known by their command line, not by their number alone', async () => {
    const pid = (await launch(process.execPath, ['-e', 'setInterval(() => {}, 1000)', folder], {
      cwd: folder,
      log: join(folder, 'log'),
    })) as number
    try {
      expect(isOurProcess(pid, folder)).toBe(true)
      expect(isOurProcess(pid, `${folder}-other`)).toBe(false)
      expect(await terminate(pid, `${folder}-other`, 1_000)).toBe('gone') // left alone
      expect(isOurProcess(pid, folder)).toBe(true)
      expect(await terminate(pid, folder, 10_000)).toBe('clean')
      expect(await terminate(pid, folder, 10_000)).toBe('gone')
    } finally {
      await terminate(pid, folder, 0)
    }
  })

  test.each(['errata.mjs', 'cli.ts', 'bin/errata'])(
    'supervise where they were started as %s',
    async (name) => {
      const script = join(folder, name)
      mkdirSync(dirname(script), { recursive: true })
      writeFileSync(script, 'setInterval(() => {}, 1000)')
      const pid = (await launch(process.execPath, [script, 'up'], {
        cwd: folder,
        log: join(folder, 'log'),
      })) as number
      expect(isSupervised({ pid })).toBe(true)
      await terminate(pid, folder, 10_000)
      expect(isSupervised({ pid })).toBe(false)
    },
  )

  test('that do not end in time are killed', async () => {
    const pid = (await launch(
      process.execPath,
      [
        '-e',
        'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
        folder,
      ],
      { cwd: folder, log: join(folder, 'log') },
    )) as number
    while (!readFileSync(join(folder, 'log'), 'utf8').includes('up'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await terminate(pid, folder, 200)).toBe('killed')
  })

  test('that can not start are told from those that did', async () => {
    expect(
      await launch(join(folder, 'no-such-program'), [], { cwd: folder, log: join(folder, 'log') }),
    ).toBeNull()
  })
})

describe('a lock', () => {
  test('has one owner, and dies with it', async () => {
    const path = join(folder, 'lock')
    expect(takeLock(path)).toBeNull()
    expect(takeLock(path)).toBe(process.pid)
    releaseLock(path)
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.once('close', resolve))
    writeFileSync(path, String(child.pid))
    expect(takeLock(path)).toBeNull()
    releaseLock(path)
    writeFileSync(path, String(process.pid)) // of an earlier process with our number
    expect(takeLock(path)).toBeNull()
    releaseLock(path)
  })
})

describe('a log file', () => {
  test('has a bounded size and keeps what came last', () => {
    const path = join(folder, 'logs', 'x.log')
    const log = openLogFile(path, 100)
    for (let line = 0; line < 100; line++) log.write(`line ${line} of the log`)
    log.close()
    expect(() => log.write('late')).not.toThrow()
    expect(readFileSync(path, 'utf8').length).toBeLessThan(150)
    expect(readFileSync(path, 'utf8') + readFileSync(`${path}.1`, 'utf8')).toContain('line 99')
    expect(() => readFileSync(`${path}.4`)).toThrow()
  })
})

describe('of a log, a person sees', () => {
  test.each([
    [
      'a warning with its code',
      '{"level":"warn","msg":"it grumbles","code":"X"}',
      'it grumbles: X',
    ],
    [
      'an error with its cause',
      '{"level":"error","msg":"ending","error":{"code":"FENCED","message":"another owner"}}',
      'ending: FENCED: another owner',
    ],
    ['no news', '{"level":"info","msg":"ready"}', null],
    ['what is no log line', 'Error: at start', 'Error: at start'],
    ['no empty line', ' ', null],
  ])('%s', (_, line, expected) => expect(notableIn(line)).toBe(expected))
})

describe('a cluster of somebody else', () => {
  test('has addresses of host and port', () => {
    expect(addressesOf('a:1, [::1]:9092')).toEqual([
      { host: 'a', port: 1 },
      { host: '::1', port: 9092 },
    ])
    for (const wrong of ['a', 'a:', ':9092', 'a:70000', 'http://a:9092/', ''])
      expect(() => addressesOf(wrong)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
      )
  })

  test('that does not answer is an error, never replaced in silence', async () => {
    const server = await listen()
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const config = { ...readConfig({}), brokers: `127.0.0.1:${port}` }
    await expect(checkExternal(config)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(
      checkExternal({ ...config, registryUrl: 'http://127.0.0.1:1' }),
    ).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
  })
})

describe('access rights', () => {
  const rights = accessRights('p.')
  const writers = (topic: string): string[] =>
    rights
      .filter(
        ({ resource, name, operations }) =>
          resource === 'topic' && name === topic && operations.includes('Write'),
      )
      .map(({ principal }) => principal)

  const operators = ['errata-operator', 'errata-web'] // who send dead letters back
  test('let only trainer and operator write models and only the review edge write verdicts', () => {
    expect(writers(topicName('models', 'p.'))).toEqual(['errata-trainer', ...operators])
    expect(writers(topicName('corrected', 'p.'))).toEqual(['errata-review', ...operators])
  })

  test('let each stage write to its own dead letters, and nobody else but who sends them back', () => {
    for (const stage of stageNames)
      expect(writers(deadTopicName(stage, 'p.'))).toEqual([`errata-${stage}`, ...operators])
  })

  test('name no group or transactional id that another principal’s begins with', () => {
    for (const { principal, resource, name, pattern } of rights) {
      if (pattern !== 'prefixed' || name.includes('.follow.') || name.endsWith('scan.')) continue
      const others = rights.filter(
        (other) =>
          other.resource === resource &&
          other.principal !== principal &&
          other.name !== name &&
          other.name.startsWith(name),
      )
      expect(others).toEqual([])
    }
  })

  test('have every topic that is read, followed or looked up, and a group for it', () => {
    const of = (principal: string, what: AccessRight['resource'], operation: string): string[] =>
      rights
        .filter(
          (right) =>
            right.principal === principal &&
            right.resource === what &&
            right.operations.some((one) => one === operation),
        )
        .map(({ name }) => name)
    expect(of('errata-settle', 'topic', 'Read')).toEqual([
      'p.screened',
      'p.profiles',
      'p.ocr',
      'p.verdicts',
      'p.corrected',
    ])
    expect(of('errata-settle', 'group', 'Read')).toEqual([
      'p.settle',
      'p.profiles.follow.',
      'p.scan.',
    ])
    expect(of('errata-settle', 'transactional-id', 'Write')).toEqual(['p.settle.'])
    expect(of('errata-watch', 'group', 'Read')).toEqual([
      'p.profiles.follow.',
      'p.extracted.follow.',
      'p.training.follow.',
      'p.rules.follow.',
    ])
    expect(of('errata-analytics', 'topic', 'Read')).toContain('p.users') // who may ask the store
    expect(of('errata-analytics', 'group', 'Read')).toEqual([
      'p.analytics',
      'p.profiles.follow.',
      'p.users.follow.',
      'p.credentials.follow.',
      'p.analytics.leader',
    ])
    expect(of('errata-intake', 'group', 'Read')).toEqual([])
  })

  test('become commands', () => {
    expect(aclCommands(rights, 'h:1')[0]).toBe(
      "kafka-acls --bootstrap-server h:1 --add --allow-principal User:errata-ocr --operation Read --operation Describe --topic 'p.raw' --resource-pattern-type literal",
    )
  })
})
