import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

import type { Service } from './service.ts';

/** Whether the standard variable asks for metrics that are scraped. */
export function isScrapingAsked(env: NodeJS.ProcessEnv): boolean {
  return (env['OTEL_METRICS_EXPORTER'] ?? '')
    .split(',')
    .some((name) => name.trim().toLowerCase() === 'prometheus');
}

/** The files by which a Prometheus finds the services: its configuration, and who there is by now. */
export class ScrapeTargets {
  readonly configFile: string;
  readonly #file: string;
  readonly #targets: object[] = [];

  /** `rules` is the folder of the rule files. */
  constructor(folder: string, rules: string) {
    const hurried = join(folder, 'rules');
    mkdirSync(hurried, { recursive: true });
    for (const name of readdirSync(rules)) {
      // What suits thousands of series and weeks would outlast the demo.
      const text = readFileSync(join(rules, name), 'utf8');
      writeFileSync(join(hurried, name), text.replaceAll(/^( +interval): \w+$/gm, '$1: 5s'));
    }
    this.configFile = join(folder, 'prometheus.yml');
    this.#file = join(folder, 'targets.json');
    this.#write();
    const config = {
      // The services work for five seconds; what grows has to be seen while it does.
      global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '5s' },
      rule_files: [join(hurried, '*.yml')],
      scrape_configs: [{ job_name: 'demo', file_sd_configs: [{ files: [this.#file] }] }],
    };
    writeFileSync(this.configFile, stringify(config));
  }

  /** Adds the service when it has an address. Rejects when it ends without. */
  async add(service: Service): Promise<void> {
    const labels = { job: service.name };
    this.#targets.push({ targets: [await service.metricsAddress], labels });
    this.#write();
  }

  /** In one step: Prometheus watches the file. */
  #write(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#targets));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
