// Node's headers beside this Node, if there are any: then node-gyp, prebuildify and cmake-js need not download them.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory that node-gyp and its kin call `nodedir`. @returns {string | undefined} */
function nodeDirectory() {
  const prefix = join(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined;
}

/** For a program of npm's kind: its environment with the directory in it. @returns {NodeJS.ProcessEnv} */
export function headersEnvironment() {
  const directory = nodeDirectory();
  return directory === undefined ? process.env : { ...process.env, npm_config_nodedir: directory };
}

/** For node-gyp. @returns {readonly string[]} */
export function headersArgument() {
  const directory = nodeDirectory();
  return directory === undefined ? [] : [`--nodedir=${directory}`];
}
