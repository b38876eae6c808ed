import type { ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** The context manager for applications that have none: without one no attribution is carried. */
export function ownContextManager(): ContextManager {
  return new AsyncLocalStorageContextManager().enable();
}
