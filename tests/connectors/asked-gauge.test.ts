import { register } from 'prom-client'
import { askedGauge } from '../../connectors/asked-gauge.ts'

const lines = async (): Promise<string[]> =>
  (await register.metrics()).split('\n').filter((line) => line.startsWith('asked'))

test('says at each scrape what its sources name then, and nothing without one', async () => {
  const gauge = askedGauge('asked_lag', 'for this test', ['topic'])
  const plain = askedGauge('asked_plain', 'for this test')
  expect(await lines()).toEqual([])
  let lags = new Map([
    ['ocr', 3],
    ['raw', 1],
  ])
  const stop = gauge.from(() => [...lags].map(([topic, records]) => [{ topic }, records]))
  const stopPlain = plain.from(() => [[{}, 7]])
  expect(await lines()).toEqual([
    'asked_lag{topic="ocr"} 3',
    'asked_lag{topic="raw"} 1',
    'asked_plain 7',
  ])
  lags = new Map([['raw', 2]]) // another process has the partition
  expect(await lines()).toEqual(['asked_lag{topic="raw"} 2', 'asked_plain 7'])
  stop()
  stopPlain()
  expect(await lines()).toEqual([])
})
