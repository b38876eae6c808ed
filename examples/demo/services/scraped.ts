import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import process from 'node:process';
import { metrics } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

/**
 * Loaded ahead of a service that Prometheus is to scrape: a meter provider of the application's
 * own, which costspan joins, with the exporter of OpenTelemetry. The metrics still go to the demo's
 * sink, from which it makes its report. On its own, a service of the demo lives for seconds: this
 * one begins its work with the first scrape, and stays to be scraped until its standard input ends.
 */
const scraped = new PrometheusExporter({ preventServerStart: true });
const pushed = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter(),
  exportIntervalMillis: 500,
  exportTimeoutMillis: 500,
});
const provider = new MeterProvider({
  resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
  readers: [scraped, pushed],
});
metrics.setGlobalMeterProvider(provider);

const server = createServer((request, response) => {
  scraped.getMetricsRequestHandler(request, response);
});
// A connection that Prometheus keeps must not keep the work from being seen to be done.
server.on('connection', (socket: Socket) => socket.unref());
server.listen(0, '127.0.0.1', () => {
  console.log(`metrics on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});

// The demo ends it by ending its input, which happens also when the demo dies. Costspan sends on
// the signal what it holds itself, and lets the signal end the process.
process.stdin.resume().once('end', () => {
  void provider.forceFlush().finally(() => process.kill(process.pid, 'SIGTERM'));
});
process.stdin.unref();
// Ctrl-C reaches every process of a terminal; it is for the demo to say what it means.
process.on('SIGINT', () => {});
process.once('beforeExit', () => {
  console.log('work is done');
  process.stdin.ref();
});

await once(server, 'request');
server.unref();
