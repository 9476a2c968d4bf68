// What the application counted in the last two minutes. Counters run from the start of the application: a rate is the difference of two looks.

const KEPT = 125;
/** Only that long are the figures of single tasks kept, which are many. */
const DETAILED = 70;

const index = (entries, keyOf) => new Map(entries.map((entry) => [keyOf(entry), entry]));

class Sample {
  constructor(state) {
    this.state = state;
    this.at = state.uptime_seconds;
    this.modules = index(state.modules, (module) => module.name);
    this.loops = index(state.loops, (each) => each.name);
    this.tasks = index(state.tasks, taskKey);
    this.handlers = index(state.handlers, handlerKey);
    this.events = index(state.events, eventKey);
    this.calls = index(state.calls, callKey);
    this.waits = state.waits;
  }

  thin() {
    this.tasks = this.handlers = this.events = this.calls = this.waits = null;
    this.state = null;
  }
}

export const taskKey = (task) => `${task.module}.${task.task}`;
export const handlerKey = (handler) => `${handler.module} ${handler.event}`;
export const eventKey = (event) => `${event.source ?? ""} ${event.event}`;
export const callKey = (call) => `${call.caller ?? ""} ${call.module}`;

export class History {
  samples = [];

  add(state) {
    const sample = new Sample(state);
    this.samples.push(sample);
    while (this.samples[0].at < sample.at - KEPT) this.samples.shift();
    for (const old of this.samples) {
      if (old.at >= sample.at - DETAILED) break;
      if (old.state) old.thin();
    }
  }

  clear() {
    this.samples = [];
  }

  get now() {
    return this.samples.at(-1);
  }

  /** The look that is that many seconds old, or the oldest that is younger. */
  ago(seconds) {
    const since = this.now.at - seconds - 0.25;
    return this.samples.find((sample) => sample.at >= since && sample.state) ?? this.now;
  }

  /** How much a counter grew in each of the last seconds. */
  rate(read, seconds = 5) {
    const past = this.ago(seconds);
    const passed = this.now.at - past.at;
    return passed > 0 ? Math.max(0, (read(this.now) - read(past)) / passed) : 0;
  }

  /** How much a counter grew. */
  growth(read, seconds) {
    return Math.max(0, read(this.now) - read(this.ago(seconds)));
  }

  /** By quantiles, how long what happened in the last seconds took: `read` gives histograms of a look. */
  quantiles(read, quantiles, seconds = 30) {
    const [now, past] = [added(read(this.now)), added(read(this.ago(seconds)))];
    const counts = now.map((number, place) => number - (past[place] ?? 0));
    return quantiles.map((quantile) => within(this.now.state.bounds, counts, quantile));
  }
}

function added(histograms) {
  const sum = [];
  for (const histogram of histograms) {
    histogram?.buckets.forEach((number, place) => { sum[place] = (sum[place] ?? 0) + number; });
  }
  return sum;
}

/** A quantile of counts between bounds, as if what lies in one bucket were spread evenly over it. */
export function within(bounds, counts, quantile) {
  const all = counts.reduce((sum, number) => sum + number, 0);
  if (all === 0) return null;
  let rest = quantile * all;
  for (let place = 0; place < counts.length; place += 1) {
    if (counts[place] > 0 && rest <= counts[place]) {
      const low = place === 0 ? 0 : bounds[place - 1];
      const high = bounds[place] ?? low;
      return low + (high - low) * (rest / counts[place]);
    }
    rest -= counts[place];
  }
  return bounds.at(-1);
}
