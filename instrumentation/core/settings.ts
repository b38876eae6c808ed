let streamUsage = true;

/** Whether streams are asked for their usage where the host is known to give it. Default: yes. */
export function requestsStreamUsage(): boolean {
  return streamUsage;
}

export function setStreamUsage(enabled: boolean): void {
  streamUsage = enabled;
}
