import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_JSONRPC_REQUEST_ID,
  ATTR_MCP_METHOD_NAME,
  ATTR_MCP_RESOURCE_URI,
  ATTR_MCP_SESSION_ID,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  MCP_METHOD_NAME_VALUE_PROMPTS_GET,
  MCP_METHOD_NAME_VALUE_RESOURCES_READ,
  MCP_METHOD_NAME_VALUE_TOOLS_CALL,
} from '../../conventions/index.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';

/** A request that gets a span: what the application asks a server to do for it. */
export interface McpRequest {
  readonly method: string;
  /** Name of the tool or the prompt; `undefined` for a resource. */
  readonly target: string | undefined;
  readonly params: Dictionary;
  readonly isTool: boolean;
  /** `tools/call weather`. */
  readonly spanName: string;
}

const WATCHED: ReadonlySet<unknown> = new Set([
  MCP_METHOD_NAME_VALUE_TOOLS_CALL,
  MCP_METHOD_NAME_VALUE_PROMPTS_GET,
  MCP_METHOD_NAME_VALUE_RESOURCES_READ,
]);

/** `undefined` for everything else: listings, pings, set-up. */
export function readRequest(request: unknown): McpRequest | undefined {
  const fields = asDictionary(request);
  const method = asString(fields?.['method']);
  if (method === undefined || !WATCHED.has(method)) return undefined;
  const params = asDictionary(fields?.['params']) ?? {};
  const target =
    method === MCP_METHOD_NAME_VALUE_RESOURCES_READ ? undefined : asString(params['name']);
  return {
    method,
    target,
    params,
    isTool: method === MCP_METHOD_NAME_VALUE_TOOLS_CALL && target !== undefined,
    spanName: target === undefined ? method : `${method} ${target}`,
  };
}

/** @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md */
export function requestAttributes(
  { method, target, params, isTool }: McpRequest,
  id: unknown,
  transport: unknown,
): Attributes {
  const attributes: Attributes = { [ATTR_MCP_METHOD_NAME]: method };
  if (typeof id === 'string' || typeof id === 'number')
    attributes[ATTR_JSONRPC_REQUEST_ID] = `${id}`;
  if (target !== undefined && !isTool) attributes[ATTR_GEN_AI_PROMPT_NAME] = target;
  const uri = method === MCP_METHOD_NAME_VALUE_RESOURCES_READ ? asString(params['uri']) : undefined;
  if (uri !== undefined) attributes[ATTR_MCP_RESOURCE_URI] = uri;
  const session = asString(asDictionary(transport)?.['sessionId']);
  if (session !== undefined) attributes[ATTR_MCP_SESSION_ID] = session;
  return attributes;
}

/** Where a client's transport leads, if it is HTTP. */
export function urlOf(transport: unknown): URL | undefined {
  const url = asDictionary(transport)?.['_url'];
  return url instanceof URL ? url : undefined;
}

export function serverAttributes(url: URL | undefined): Attributes {
  if (url === undefined) return {};
  const { address, port } = endpointOf(url.origin);
  return { [ATTR_SERVER_ADDRESS]: address, [ATTR_SERVER_PORT]: port };
}
