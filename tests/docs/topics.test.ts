import { readFileSync } from 'node:fs'
import { topicsText } from '../../docs/topics.ts'

test('the page of topics is what topology.ts says (npm run docs)', () => {
  expect(readFileSync('docs/topics.md', 'utf8')).toBe(topicsText())
})
