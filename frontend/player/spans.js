// Unions of media time: sorted, disjoint [from, to) pairs in seconds.
//
// Pure. Used to draw what has been seen and to know where a gap begins; what
// counts is decided by the server.

/** Return spans with [from, to) added. */
export function added(spans, [from, to]) {
  if (!(to > from)) return spans;
  const before = spans.filter(([, end]) => end < from);
  const after = spans.filter(([start]) => start > to);
  const touching = spans.filter(([start, end]) => end >= from && start <= to);
  const start = Math.min(from, ...touching.map((span) => span[0]));
  const end = Math.max(to, ...touching.map((span) => span[1]));
  return [...before, [start, end], ...after];
}

/** Return the union of two lists of spans. */
export function union(one, other) {
  return other.reduce(added, one);
}

/** Return how many seconds spans cover. */
export function total(spans) {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Return the parts of [0, length) that spans leave out and that last at least shortest seconds. */
export function gaps(spans, length, shortest = 0) {
  const edges = [0, ...spans.flat(), length];
  const holes = [];
  for (let index = 0; index < edges.length; index += 2) {
    const hole = [edges[index], Math.min(edges[index + 1], length)];
    if (hole[1] - hole[0] > shortest) holes.push(hole);
  }
  return holes;
}
