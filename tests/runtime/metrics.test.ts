import { ErrataError, type Problem } from '../../errors.ts'
import { metricsOf, serveHealth } from '../../runtime/metrics.ts'
import { createWatchdog } from '../../runtime/watchdog.ts'
import { passOver } from '../../runtime/unusable-records.ts'

describe('the health server', () => {
  test('tells apart alive and ready, and gives metrics', async () => {
    const away: Problem = { code: 'BROKER_UNREACHABLE', why: 'the broker\nis away' }
    let problems = [away, away]
    const health = await serveHealth(0, '127.0.0.1', { problems: () => problems, orNext: false })
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${health.port}${path}`, { method })
      return [response.status, await response.text()] as const
    }
    expect((await get('/live'))[0]).toBe(200)
    expect(await get('/ready')).toEqual([
      503,
      'not ready\nBROKER_UNREACHABLE: the broker is away\n',
    ])
    problems = []
    expect(await get('/ready')).toEqual([200, 'ready\n'])
    metricsOf('toy').committed(3, new Map([['t', 2]]), [10, 20, 30])
    metricsOf('toy').deadLetter('DOCUMENT_CORRUPT')
    const [status, text] = await get('/metrics')
    expect(status).toBe(200)
    expect(text).toContain('errata_records_in_total{stage="toy"} 3')
    expect(text).toContain('errata_records_out_total{stage="toy",topic="t"} 2')
    expect(text).toContain('errata_dead_letters_total{stage="toy",code="DOCUMENT_CORRUPT"} 1')
    expect(text).toContain('process_cpu_seconds_total')
    expect([(await get('/other'))[0], (await get('/live', 'POST'))[0]]).toEqual([404, 405])
    await health.close()
  })

  test('says what is not as it should be, ready or not, and what was passed over', async () => {
    let problems: Problem[] = []
    const health = await serveHealth(0, '127.0.0.1', {
      problems: () => problems,
      notes: () => ['one thing is not as it should be'],
      orNext: false,
    })
    const get = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${health.port}/ready`)).text()
    expect(await get()).toBe('ready\none thing is not as it should be\n')
    problems = [{ code: 'STARTING', why: 'not yet' }]
    const warned: object[] = []
    const log = {
      debug() {},
      info() {},
      warn: (facts: object) => void warned.push(facts),
      error() {},
    }
    passOver(
      new ErrataError('KEY_INVALID', 'no key'),
      'rules',
      { topic: 't.rules', partition: 1, offset: 7n },
      log,
    )
    expect(await get()).toBe(
      'not ready\nSTARTING: not yet\none thing is not as it should be\nrules: 1 record passed over (KEY_INVALID)\n',
    )
    expect(warned).toEqual([{ topic: 't.rules', partition: 1, offset: '7', code: 'KEY_INVALID' }])
    expect(await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text()).toContain(
      'errata_unusable_records_total{topic="rules",code="KEY_INVALID"} 1',
    )
    await health.close()
  })

  test('only what the record is to blame for is passed over', () => {
    const quiet = { debug() {}, info() {}, warn() {}, error() {} }
    for (const error of [
      new ErrataError('REGISTRY_UNREACHABLE', ''),
      new ErrataError('FENCED', ''),
      new TypeError('a defect'),
    ]) {
      expect(() =>
        passOver(error, 'rules', { topic: 't', partition: 0, offset: 0n }, quiet),
      ).toThrow(error)
    }
  })

  test('gives readiness and its reasons as metrics too, and what runs', async () => {
    let problems: Problem[] = []
    const health = await serveHealth(0, '127.0.0.1', { problems: () => problems, orNext: false })
    const lines = async (): Promise<string[]> =>
      (await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text())
        .split('\n')
        .filter((line) => /^errata_(ready|problems|build_info)/.test(line))
    const [, build = ''] = await lines()
    expect(await lines()).toEqual(['errata_ready 1', build])
    expect(build).toMatch(/^errata_build_info\{version="\d+\.\d+\.\d+.*",node="v\d+.*"\} 1$/)
    const away = { code: 'BROKER_UNREACHABLE', why: 'away' } as const
    problems = [away, { code: 'STARTING', why: 'not yet' }, { ...away, why: 'still' }]
    expect(await lines()).toEqual([
      'errata_ready 0',
      'errata_problems{code="BROKER_UNREACHABLE"} 2',
      'errata_problems{code="STARTING"} 1',
      build,
    ])
    await health.close()
  })

  test('takes the next port where the first is taken', async () => {
    const first = await serveHealth(0, '127.0.0.1', { problems: () => [], orNext: true })
    const second = await serveHealth(first.port, '127.0.0.1', { problems: () => [], orNext: true })
    expect(second.port).toBeGreaterThan(first.port)
    await Promise.all([first.close(), second.close()])
  })

  test('forgets the gauges of a partition that another process has', async () => {
    const health = await serveHealth(0, '127.0.0.1', { problems: () => [], orNext: false })
    const lines = async (): Promise<string[]> =>
      (await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text())
        .split('\n')
        .filter((line) => line.includes('stage="given-up"'))
    const metrics = metricsOf('given-up')
    const { watch } = createWatchdog({
      name: 'given-up',
      metrics,
      askProgress: async () => new Map(),
      longestMs: 0,
    })
    watch.lag({ topic: 't', partition: 3 }, 7)
    watch.lag({ topic: 't', partition: 4 }, 8)
    metrics.late(3, 1)
    watch.oldest({ topic: 't', partition: 3 }, 1_700_000_000_500)
    watch.oldest({ topic: 't', partition: 4 }, 1_700_000_000_500)
    expect(await lines()).toHaveLength(5)
    watch.oldest({ topic: 't', partition: 4 }, null) // it has nothing to do
    watch.lost({ topic: 't', partition: 3 })
    metrics.late(3, null) // when the work in hand has ended
    expect(await lines()).toEqual(['errata_lag_records{stage="given-up",partition="4"} 8'])
    await health.close()
  })
})
