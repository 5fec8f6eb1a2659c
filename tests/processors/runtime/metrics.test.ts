import { metricsOf, serveHealth } from '../../../processors/runtime/metrics.ts'

describe('the health server', () => {
  test('tells apart alive and ready, and gives metrics', async () => {
    let ready = false
    const health = await serveHealth(0, '127.0.0.1', { ready: () => ready })
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

  test('takes the next port where the first is taken', async () => {
    const first = await serveHealth(0, '127.0.0.1', { ready: () => true })
    const second = await serveHealth(first.port, '127.0.0.1', { ready: () => true })
    expect(second.port).toBeGreaterThan(first.port)
    await Promise.all([first.close(), second.close()])
  })
})
