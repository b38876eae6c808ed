/**
 * Lets what was built require what was built: the compiler turns the `.ts` of an import into `.js`,
 * but leaves the argument of a function from `createRequire` as it stands.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));

for (const name of globSync('**/*.{js,cjs}', { cwd: dist })) {
  const file = `${dist}/${name}`;
  const source = readFileSync(file, 'utf8');
  const emitted = source.replaceAll(/\brequire\('(\.{1,2}\/[^']+)\.ts'\)/g, "require('$1.js')");
  if (emitted !== source) writeFileSync(file, emitted);
}
