import type { Span } from '@opentelemetry/api';
import { ATTR_RPC_RESPONSE_STATUS_CODE } from '../../conventions/index.ts';
import { asDictionary, asNumber } from '../../providers/read.ts';
import type { Structure } from '../core/frameworks/structure.ts';

/** What the caller did wrong is no error of the server. */
const CALLERS_FAULT: ReadonlySet<number> = new Set([-32700, -32600, -32601, -32602, -32002]);

/** A tool that fails answers so; the protocol knows no error then. */
const TOOL_ERROR = 'tool_error';

export function endWithResult(structure: Structure | undefined, result: unknown): void {
  if (asDictionary(result)?.['isError'] === true) structure?.fail(TOOL_ERROR);
  else structure?.end();
}

export function endWithError(
  structure: Structure | undefined,
  error: unknown,
  side: 'client' | 'server',
): void {
  if (structure === undefined) return;
  const code = asNumber(asDictionary(error)?.['code']);
  if (code === undefined) {
    structure.fail(error);
    return;
  }
  noteCode(structure.span, code);
  if (side === 'server' && CALLERS_FAULT.has(code)) structure.end();
  else structure.fail(`${code}`);
}

function noteCode(span: Span, code: number): void {
  span.setAttribute(ATTR_RPC_RESPONSE_STATUS_CODE, `${code}`);
}
