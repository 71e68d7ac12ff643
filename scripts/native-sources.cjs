// Prints the C++ sources of the addon, one per line, for binding.gyp. native/CMakeLists.txt globs the same set.
// Plain CommonJS without dependencies: it also runs on users' machines, inside node-gyp.
const { readdirSync } = require('node:fs');
const { join, relative } = require('node:path');

const root = join(__dirname, '..');
const leftOut = new Set(['test', 'fuzz', 'build']);

/** @param {string} directory @returns {string[]} */
function sources(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return leftOut.has(relative(join(root, 'native'), path)) ? [] : sources(path);
    return entry.name.endsWith('.cpp') ? [relative(root, path)] : [];
  });
}

for (const source of sources(join(root, 'native')).sort()) console.log(source);
