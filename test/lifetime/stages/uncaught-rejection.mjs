// A job that fails with nobody listening ends the process the way Node does, after the 'unhandledRejection' event.
import { Namespace } from 'netplumb';

process.on('unhandledRejection', (reason) => {
  process.exitCode = /** @type {{ code?: string }} */ (reason).code === 'ENOENT' ? 0 : 1;
});
process.exitCode = 1;
void Namespace.open('no-namespace-of-this-name');
