// `netplumb doctor`: what this machine offers, for people or as JSON. The examination is src/doctor.ts's.
// An addon that cannot be loaded is a finding here, not a crash: it is what many come to the doctor with.
import type { DoctorCheck, DoctorReport } from '../doctor.js';
import { EXIT_FAILED, EXIT_OK, oneLine } from './failure.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

/** Examines and prints; fails if something essential is missing. */
export async function doctorCommand(options: CommonOptions): Promise<number> {
  const output = new Output(options);
  const report = await examine(options.host);
  output.data(report);
  output.line(`Node.js ${report.node}, kernel ${report.kernel}`);
  for (const check of report.checks) output.line(checkLine(check, output));
  const missing = report.checks.filter(({ ok }) => !ok);
  if (missing.length === 0) output.line(output.color.green('Nothing is missing.'));
  else if (report.ok) output.line(output.color.yellow('Nothing essential is missing.'));
  else
    output.line(
      output.color.red(
        `Missing: ${missing
          .filter(({ essential }) => essential)
          .map(({ name }) => name)
          .join(', ')}`,
      ),
    );
  return report.ok ? EXIT_OK : EXIT_FAILED;
}

async function examine(hostName: string | undefined): Promise<DoctorReport> {
  const addon = await import('../binding.js').then(
    () => undefined,
    (error: unknown) => error,
  );
  if (addon !== undefined) return withoutAddon(addon);
  const { doctor } = await import('../doctor.js');
  const { withHost } = await import('./host.js');
  return withHost(hostName, doctor);
}

function withoutAddon(error: unknown): DoctorReport {
  const found = error instanceof Error ? oneLine(error.message) : String(error);
  const check = {
    name: 'addon',
    ok: false,
    essential: true,
    found,
    remedy: 'npm rebuild netplumb (needs python3 and a C++20 compiler)',
    package: 'build-essential',
  };
  return { ok: false, node: process.versions.node, kernel: '', checks: [check] };
}

/** One finding: a sign, what, what was found, and what to do about it. */
export function checkLine(
  { name, ok, essential, found, remedy }: DoctorCheck,
  { color }: Pick<Output, 'color'>,
): string {
  const sign = ok ? color.green('✔') : essential ? color.red('✘') : color.yellow('!');
  const advice = remedy === undefined ? '' : color.dim(`; ${remedy}`);
  return `${sign} ${name.padEnd(14)} ${oneLine(found)}${advice}`;
}
