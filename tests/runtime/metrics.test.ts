import { ErrataError } from '../../errors.ts'
import { metricsOf, serveHealth } from '../../runtime/metrics.ts'
import { passOver } from '../../runtime/unusable-records.ts'

describe('the health server', () => {
  test('tells apart alive and ready, and gives metrics', async () => {
    let ready = false
    const health = await serveHealth(0, '127.0.0.1', { ready: () => ready, orNext: false })
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${health.port}${path}`, { method })
      return [response.status, await response.text()] as const
    }
    expect([(await get('/live'))[0], (await get('/ready'))[0]]).toEqual([200, 503])
    ready = true
    expect((await get('/ready'))[0]).toBe(200)
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
    let ready = true
    const health = await serveHealth(0, '127.0.0.1', {
      ready: () => ready,
      notes: () => ['one thing is not as it should be'],
      orNext: false,
    })
    const get = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${health.port}/ready`)).text()
    expect(await get()).toBe('ready\none thing is not as it should be\n')
    ready = false
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
      'not ready\none thing is not as it should be\nrules: 1 record passed over (KEY_INVALID)\n',
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

  test('takes the next port where the first is taken', async () => {
    const first = await serveHealth(0, '127.0.0.1', { ready: () => true, orNext: true })
    const second = await serveHealth(first.port, '127.0.0.1', { ready: () => true, orNext: true })
    expect(second.port).toBeGreaterThan(first.port)
    await Promise.all([first.close(), second.close()])
  })
})
