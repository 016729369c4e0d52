/** What many rules ask of the same object, found out once: the object must not change. */
export function remembered<Key extends object, Found>(find: (of: Key) => Found): (of: Key) => Found {
  const all = new WeakMap<Key, Found>();
  return (of) => {
    const known = all.get(of);
    if (known !== undefined || all.has(of)) return known as Found;
    const found = find(of);
    all.set(of, found);
    return found;
  };
}
