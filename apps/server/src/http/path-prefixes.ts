/**
 * Paths as gateways and older clients write them: `/actors/v2/...` and `/v3/actors/...` for `/actors/...`.
 * @param prefixes each stands for `/actors`, without a slash at its end
 */
export function withoutPrefix(url: string, prefixes: readonly string[]): string {
  const end = url.search(/[?#]/);
  const [path, rest] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end)];
  const normal = path.replace(/\/{2,}/g, '/');
  const prefix = prefixes.find((known) => normal === known || normal.startsWith(`${known}/`));
  return prefix === undefined ? url : `/actors${normal.slice(prefix.length)}${rest}`;
}
