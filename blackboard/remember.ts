/**
 * A copy of a map with one entry more. Over the maximum the oldest entry is forgotten, so that the
 * state of a stream which never ends stays bounded (I8).
 */
export function remember<K, V>(map: ReadonlyMap<K, V>, key: K, value: V, max: number): Map<K, V> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  const oldest = next.keys().next();
  if (next.size > max && !oldest.done) next.delete(oldest.value);
  return next;
}
