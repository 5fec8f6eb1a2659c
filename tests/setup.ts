export { startTestStack as default } from './stack.ts'
