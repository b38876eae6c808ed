import { type Gateway, gatewayOf, providerByAddress } from './gateways.ts';
import { hostName, providerInTable } from './host-table.ts';

/** Longer than any DNS name with a port; what is longer is not looked at. */
const MAX_HOST_LENGTH = 260;

/** What a host and a path tell of who answers. */
export interface HostFacts {
  /** `gen_ai.provider.name`; of a gateway that does not tell whom it asks, its own. */
  readonly provider: string;
  /** Whose headers and models may tell more than its host and path do. */
  readonly gateway?: Gateway;
}

/**
 * Who answers at a host: for naming the provider of a client, for noticing requests that no
 * instrumentation saw, and for keeping baggage away from providers. `undefined` for a host of no
 * known provider. The host may carry a port and any letter case: `api.openai.com`, `api.x.ai:443`,
 * `localhost:11434`.
 *
 * `path` tells apart what one host speaks: `/openai/` on `*.services.ai.azure.com` is Azure OpenAI,
 * and gateways have a path for each provider.
 */
export function factsOfHost(host: string, path?: string): HostFacts | undefined {
  if (host.length > MAX_HOST_LENGTH) return undefined;
  const lower = host.toLowerCase();
  const name = hostName(lower);
  const provider = providerInTable(lower, name);
  if (provider === undefined) return undefined;
  const gateway = gatewayOf(name);
  if (gateway !== undefined) {
    const named = providerByAddress(gateway, name, path);
    return named === undefined ? { provider, gateway } : { provider: named };
  }
  const isAzureOpenAi =
    provider === 'azure.ai.inference' &&
    name.endsWith('.services.ai.azure.com') &&
    path?.includes('/openai/') === true;
  return { provider: isAzureOpenAi ? 'azure.ai.openai' : provider };
}

/** The `gen_ai.provider.name` of a host; see {@link factsOfHost}. */
export function providerOfHost(host: string, path?: string): string | undefined {
  return factsOfHost(host, path)?.provider;
}

/**
 * Whom the gateway at an address asks, where the address is one's and the model's name says so:
 * whoever watched the call knows only which wire it speaks.
 */
export function providerBehindAddress(
  address: string | undefined,
  model: string | undefined,
): string | undefined {
  if (address === undefined || model === undefined || !/[/@]/.test(model)) return undefined;
  return factsOfHost(address)?.gateway?.model?.(model);
}
