import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { NAMINGS } from '../../grafana/names.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

/** The page with Grafana's components in it, as script and style sheet. */
async function bundlePage(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}page/main.tsx`],
    bundle: true,
    minify: true,
    write: false,
    outfile: 'page.js',
    format: 'esm',
    jsx: 'automatic',
    target: 'es2023',
    alias: { 'monaco-editor': `${FOLDER}page/empty-module.ts` },
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.png': 'dataurl' },
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\//, '/'), text]));
}

/** The dashboard as the code builds it now, in JSON. Throws where there is none. */
function dashboardJson(naming: string, uid: string, dialect: Dialect): string {
  const known = NAMINGS.find((one) => one === naming);
  const dashboard = known && buildDashboards(known, dialect).find((one) => one.uid === uid);
  if (dashboard === undefined) throw new Error(`No dashboard ${uid} for ${naming}.`);
  return JSON.stringify(dashboard);
}

/** Serves the page, the dashboards, and Prometheus under `/prometheus`. */
export async function servePage(
  prometheusUrl: string,
  dialect: Dialect,
): Promise<{ url: string; server: Server }> {
  const page = await bundlePage();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = async (): Promise<{ type: string; body: string | Buffer }> => {
      if (pathname.startsWith('/prometheus/')) {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const forwarded = await fetch(`${prometheusUrl}${pathname.slice('/prometheus'.length)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: Buffer.concat(chunks),
        });
        return { type: 'application/json', body: await forwarded.text() };
      }
      const dashboard = /^\/dashboards\/(\w+)\/([\w-]+)\.json$/.exec(pathname);
      if (dashboard !== null) {
        const [, naming = '', uid = ''] = dashboard;
        return { type: 'application/json', body: dashboardJson(naming, uid, dialect) };
      }
      const bundled = page.get(pathname);
      if (bundled !== undefined) {
        return { type: pathname.endsWith('.css') ? 'text/css' : 'text/javascript', body: bundled };
      }
      return { type: 'text/html', body: await readFile(`${FOLDER}page/index.html`) };
    };
    answer().then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port.');
  return { url: `http://127.0.0.1:${address.port}`, server };
}
