// The thread of the OCR engine: the library's own, with two differences. CommonJS, since a thread starts without the
// loader for TypeScript.
const { parentPort } = require('node:worker_threads')

// Leptonica reports each smudge of a page on standard error, which says nothing to anybody and would fill the log.
for (const name of ['log', 'warn', 'error']) console[name] = () => {}

// The library hands out no worker whose start failed, so nobody could end its thread, which would keep the process.
const starting = new Set(['load', 'loadLanguage', 'initialize'])
const post = parentPort.postMessage.bind(parentPort)
parentPort.postMessage = (packet) => {
  post(packet)
  if (packet.status === 'reject' && starting.has(packet.action)) parentPort.close()
}

require('tesseract.js/src/worker-script/node/index.js')
