// The process is left to end by itself while jobs are under way: they are all done first.
import { Namespace } from 'netplumb';

let done = 0;
for (let job = 0; job < 20; job += 1) {
  void Namespace.create().then((namespace) => {
    namespace.close();
    done += 1;
  });
}
process.on('exit', () => {
  if (done !== 20) process.exitCode = 1;
});
