/** Ends with 0 where the process of this container is ready, for a runtime's health check. */

const port = process.env.ERRATA_METRICS_PORT ?? '9464'
const response = await fetch(`http://127.0.0.1:${port}/ready`)
if (!response.ok) {
  console.error(await response.text())
  process.exitCode = 1
}
