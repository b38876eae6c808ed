import type { CallOutcome, UsageSource } from '../../conventions/llm-call.ts';
import type { TokenUsage } from '../../conventions/token-usage.ts';
import type { ProviderServer } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import type { ApiStream, ContractApi } from './api.ts';
import type { Outcome } from './transcript.ts';

export interface ScenarioContext {
  readonly api: ContractApi;
  readonly client: unknown;
  readonly moduleExports: unknown;
  readonly server: ProviderServer;
}

/** What the one call of a scenario must come to. */
export interface ExpectedCall {
  readonly outcome: CallOutcome;
  readonly errorType?: string | RegExp;
  readonly usage?: UsageSource;
  readonly retries?: number;
  /** What was counted, where a scenario is about that. */
  readonly counts?: TokenUsage;
}

export interface Scenario {
  readonly name: string;
  readonly replies: (api: ContractApi) => readonly Reply[];
  /** Returns everything that an application could see. */
  readonly run: (context: ScenarioContext) => Promise<unknown>;
  readonly expected: ExpectedCall | ((seen: Outcome) => ExpectedCall);
}

export const whole = (api: ContractApi): readonly Reply[] => [api.whole];
export const streamed = (api: ContractApi): readonly Reply[] => [streamOf(api)];
export const SAME_ID: Readonly<Record<string, string>> = {
  'x-request-id': 'req_fixed',
  'request-id': 'req_fixed',
};
export const RETRY_NOW: Readonly<Record<string, string>> = { ...SAME_ID, 'retry-after-ms': '1' };

export function streamOf(api: ContractApi, more: Partial<Reply> = {}): Reply {
  return { sse: api.events, headers: SAME_ID, ...more };
}

export function failure(
  status: number,
  headers: Readonly<Record<string, string>> = SAME_ID,
): Reply {
  const error = { type: 'some_error', message: 'no', code: 'some_code', param: null };
  return { status, headers, json: { type: 'error', error } };
}

export async function open(
  { api, client }: ScenarioContext,
  signal?: AbortSignal,
): Promise<ApiStream> {
  const options = signal === undefined ? {} : { signal };
  return (await api.create(client, true, options)) as ApiStream;
}

export const OK: ExpectedCall = { outcome: 'ok', usage: 'provider' };
export const CUT: ExpectedCall = { outcome: 'aborted', usage: 'estimated' };
