import process from 'node:process';
import nodeModule from 'node:module';

/** The oldest Node that has synchronous module hooks. */
const OLDEST_NODE = '22.15';

/**
 * Why `register` can't work on this Node, in one sentence; `undefined` when it can. This file and
 * everything that `register` loads before asking runs on older Nodes too.
 */
export function unsupportedNode(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  // 23.0 to 23.4 is newer by number but lacks the hooks.
  if (!isOld && typeof nodeModule.registerHooks === 'function') return undefined;
  return `Node ${OLDEST_NODE} or newer is needed and this is ${version}, so costspan does nothing.`;
}

/**
 * What this Node does not tell of requests, in one sentence; `undefined` when it tells of all. Since
 * 22.17 and 24.1 it tells of those by HTTP/2.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#http2
 */
export function unseenRequests(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const tellsOfHttp2 = major === 22 ? minor >= 17 : major > 24 || (major === 24 && minor >= 1);
  return tellsOfHttp2
    ? undefined
    : `Node ${version} does not tell of HTTP/2 requests, so those to a provider that no instrumentation sees are not counted; 22.17, 24.1 and newer do.`;
}
