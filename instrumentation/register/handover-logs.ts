import type { Logger, LoggerProvider, LogRecord } from '@opentelemetry/api';

/** A logger provider whose loggers always go to the current one, which is made at the first use. */
export class HandoverLoggerProvider implements LoggerProvider {
  readonly #current: () => LoggerProvider;

  constructor(current: () => LoggerProvider) {
    this.#current = current;
  }

  getLogger(...scope: Parameters<LoggerProvider['getLogger']>): Logger {
    const now = (): Logger => this.#current().getLogger(...scope);
    return {
      emit: (record: LogRecord) => {
        now().emit(record);
      },
      enabled: (options) => now().enabled(options),
    };
  }
}
