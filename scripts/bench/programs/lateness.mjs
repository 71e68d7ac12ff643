// Owns: how long the event loop of this process is held up while it does something. It must not know what.
import { percentile } from '../statistics.mjs';

/** How late a timer of 1 ms is, over and over, until stopped. @returns {() => { event_loop_p99_us: number, event_loop_max_us: number }} */
export function watchLateness() {
  /** @type {number[]} */
  const late = [];
  let due = performance.now() + 1;
  let timer = setTimeout(function tick() {
    late.push((performance.now() - due) * 1000);
    due = performance.now() + 1;
    timer = setTimeout(tick, 1);
  }, 1);
  return () => {
    clearTimeout(timer);
    late.push((performance.now() - due) * 1000); // a loop held up to the end
    return { event_loop_p99_us: percentile(late, 0.99), event_loop_max_us: percentile(late, 1) };
  };
}
