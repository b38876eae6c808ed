#!/usr/bin/env node
// Plain on purpose, and nothing imported up here: an old Node must get as far as the sentence below.
const version = process.versions.node.split('.').map(Number);
const major = version[0] ?? 0;
const minor = version[1] ?? 0;
// 23.0 to 23.4 are newer by number, but lack the synchronous module hooks of 22.15 and 23.5.
if (major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 15)) {
  const { main } = await import('./main.ts');
  await main();
} else {
  process.stderr.write(
    `costspan needs Node.js 22.15 or newer, and this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
}
