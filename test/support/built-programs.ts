import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `npm run programs` puts what it builds: outside of the repository, kept between runs. */
export function builtProgramsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'costspan', 'programs');
}
