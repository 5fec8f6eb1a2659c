/** Where to go after a login. */

/**
 * An address of this server, with its query; the first page for any other. What looks like a path
 * may be one of another host (`//host`, `/\host`), so the browser's own parser decides.
 */
export function placeWithin(to: string | null, origin: string): string {
  if (to === null || !to.startsWith('/') || !URL.canParse(to, origin)) return '/'
  const url = new URL(to, origin)
  const isOurs = url.origin === origin && !url.pathname.startsWith('//')
  return isOurs && url.pathname !== '/login' ? url.pathname + url.search : '/'
}
