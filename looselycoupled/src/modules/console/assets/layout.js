// Where the nodes of a graph stand: in layers from left to right, so that most edges point to the right and few of them cross.

const SWEEPS = 12;

/** Takes names and pairs of names; gives the layers, and the edges with the layers' helpers they pass. */
export function layers(names, pairs) {
  const forward = withoutCircles(names, pairs);
  const rank = ranks(names, forward);
  const { rows, chains } = withHelpers(names, rank, forward);
  order(rows, chains);
  return { rows, chains };
}

/** Turns round the edges that close a circle. */
function withoutCircles(names, pairs) {
  const next = new Map(names.map((name) => [name, []]));
  pairs.forEach(([from, to]) => next.get(from).push(to));
  const state = new Map();
  const back = new Set();
  const visit = (name) => {
    state.set(name, "open");
    for (const to of next.get(name)) {
      if (state.get(to) === "open") back.add(`${name}\n${to}`);
      else if (!state.has(to)) visit(to);
    }
    state.set(name, "done");
  };
  names.forEach((name) => state.has(name) || visit(name));
  const seen = new Set();
  return pairs.filter(([from, to]) => from !== to).map(([from, to]) => {
    const turned = back.has(`${from}\n${to}`);
    return turned ? { from: to, to: from, turned } : { from, to, turned };
  }).filter(({ from, to }) => !seen.has(`${from}\n${to}`) && seen.add(`${from}\n${to}`));
}

/** The longest way that leads to each. */
function ranks(names, edges) {
  const before = new Map(names.map((name) => [name, []]));
  edges.forEach(({ from, to }) => before.get(to).push(from));
  const known = new Map();
  const rank = (name) => {
    if (!known.has(name)) known.set(name, Math.max(-1, ...before.get(name).map(rank)) + 1);
    return known.get(name);
  };
  names.forEach(rank);
  // Whoever has no predecessor stands right before its successor, not at the far left.
  const after = new Map(names.map((name) => [name, []]));
  edges.forEach(({ from, to }) => after.get(from).push(to));
  for (const name of names) {
    if (before.get(name).length === 0 && after.get(name).length > 0) known.set(name, Math.min(...after.get(name).map((to) => known.get(to))) - 1);
  }
  const least = Math.min(0, ...known.values());
  return new Map([...known].map(([name, value]) => [name, value - least]));
}

/** Long edges get a helper in each layer that they pass, so that they are kept off the nodes there. */
function withHelpers(names, rank, edges) {
  const rows = Array.from({ length: Math.max(0, ...rank.values()) + 1 }, () => []);
  names.forEach((name) => rows[rank.get(name)].push(name));
  const chains = edges.map((edge) => {
    const chain = [edge.from];
    for (let layer = rank.get(edge.from) + 1; layer < rank.get(edge.to); layer += 1) {
      const helper = `\n${edge.from}\n${edge.to}\n${layer}`;
      rows[layer].push(helper);
      chain.push(helper);
    }
    return { ...edge, chain: [...chain, edge.to] };
  });
  return { rows, chains };
}

/** Each node goes to the middle of its neighbours, from left to right and back, and the best of these orders stays. */
function order(rows, chains) {
  const [left, right] = [new Map(), new Map()];
  const put = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const { chain } of chains) {
    for (let index = 1; index < chain.length; index += 1) {
      put(left, chain[index], chain[index - 1]);
      put(right, chain[index - 1], chain[index]);
    }
  }
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows, right);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const isForth = sweep % 2 === 0;
    for (const row of isForth ? rows : rows.toReversed()) sortByMiddle(row, rows, isForth ? left : right);
    const now = crossings(rows, right);
    if (now < fewest) [best, fewest] = [rows.map((row) => [...row]), now];
  }
  best.forEach((row, place) => { rows[place] = row; });
}

function sortByMiddle(row, rows, neighbours) {
  const place = new Map(rows.flatMap((each) => each.map((name, index) => [name, index / each.length])));
  const middle = new Map(row.map((name) => {
    const all = (neighbours.get(name) ?? []).map((other) => place.get(other));
    return [name, all.length ? all.reduce((sum, at) => sum + at, 0) / all.length : place.get(name)];
  }));
  row.sort((one, other) => middle.get(one) - middle.get(other));
}

function crossings(rows, right) {
  let number = 0;
  for (let layer = 0; layer + 1 < rows.length; layer += 1) {
    const place = new Map(rows[layer + 1].map((name, index) => [name, index]));
    const ends = rows[layer].flatMap((name) => (right.get(name) ?? []).map((to) => place.get(to)).sort((one, other) => one - other));
    for (let one = 0; one < ends.length; one += 1) for (let other = one + 1; other < ends.length; other += 1) if (ends[one] > ends[other]) number += 1;
  }
  return number;
}
