export { stopTestStack as default } from './stack.ts'
