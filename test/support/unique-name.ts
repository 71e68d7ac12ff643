// Names for what tests make on the machine: they say which process made them, so that a later run can sweep up after a
// crashed one, and runs beside each other do not take each other's for leaks.
let count = 0;

/** A namespace name nobody else uses: `np-PID-N-label`. */
export function uniqueName(label: string): string {
  count += 1;
  return `np-${process.pid}-${count}-${label}`;
}

/** The process that made a name, or undefined for a name that is not of uniqueName(). */
export function makerOf(name: string): number | undefined {
  const pid = /^np-(\d+)-\d+-/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Whether a process of that number runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
