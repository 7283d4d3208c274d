// The token of a link in mail: read from the fragment, which no server sees, and taken out of the address bar and the history at once.

/** A link that is opened where the page is already changes the fragment alone, and is to be taken as anew. */
addEventListener('hashchange', () => { location.reload() })

export function takeToken (): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
  history.replaceState(null, '', location.pathname)
  return token
}
