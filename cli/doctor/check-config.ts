import type { LoadedConfig } from '../../processor/governance/config/index.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';

export function checkConfig({ file, problems }: LoadedConfig): Check[] {
  const found = problems.map(({ severity, message }) =>
    check('Configuration', severity === 'error' ? 'fail' : 'warn', message),
  );
  if (file === undefined) {
    return [check('Configuration', 'ok', 'No file; the defaults apply.'), ...found];
  }
  return found.some(({ status }) => status === 'fail')
    ? found
    : [check('Configuration', 'ok', file), ...found];
}
