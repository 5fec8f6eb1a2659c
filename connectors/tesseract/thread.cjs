// The thread of the OCR engine. The library's own, but silent: Leptonica reports each smudge of a page on standard error,
// which says nothing to anybody and would fill the log. CommonJS, since a thread starts without the loader for TypeScript.
for (const name of ['log', 'warn', 'error']) console[name] = () => {}
require('tesseract.js/src/worker-script/node/index.js')
