// The machine of reports that tests of the bench make up.
import type { Report } from '../../scripts/bench/report/json.mjs';

export const machine: Report['machine'] = {
  kernel: '6.18',
  cpus: 2,
  cpu: 'a CPU',
  memory_mib: 4096,
  node: 'v20.11.0',
  iproute2: 'iproute2-6.1.0',
  run_file_system: 'tmpfs',
  load_average: 0,
  date: '2026-01-01T00:00:00.000Z',
};

/** Of both measures of the machine's noise. */
export const swing = { median_us: 800, swing: 0.12 };
