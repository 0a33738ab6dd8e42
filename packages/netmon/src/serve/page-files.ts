// The files of the page, all of them shipped: src/page as it stands (types are stripped as it is asked for), what tsc made of
// it, or one bundle beside the bins. Nothing else below these folders is served.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
};

/** Of the sources and of tsc; of the bundle. */
const folders = ['../page', '../netmon-page'].map((path) => join(import.meta.dirname, path));

/** Modules of the tool that the page imports as they are. */
const sharedModules = /^\/(?:units\/quantity|view\/total-figures|serve\/wire)\.[jt]s$/;
const pageFiles = /^\/page\/[a-z]+(?:-[a-z]+)*\.(?:css|svg|js|ts)$/;
const chart = /^\/page\/uplot\.(js|css)$/;

/** @param path of the URL; undefined for one that is no file of the page */
export async function findPageFile(path: string): Promise<PageFile | undefined> {
  const folder = folders.find((each) => existsSync(join(each, 'index.html')));
  if (folder === undefined) return undefined;
  if (path === '/') return await read(join(folder, 'index.html'));
  const chartKind = chart.exec(path)?.[1];
  if (chartKind !== undefined) return await read(chartFile(folder, chartKind));
  if (!pageFiles.test(path) && !sharedModules.test(path)) return undefined;
  const file = path.startsWith('/page/')
    ? join(folder, path.slice('/page/'.length))
    : join(folder, '..', path);
  return (await read(file)) ?? (await read(file.replace(/\.js$/, '.ts')));
}

function chartFile(folder: string, kind: string): string {
  const bundled = join(folder, `uplot.${kind}`);
  if (existsSync(bundled)) return bundled;
  const file = kind === 'js' ? 'uPlot.iife.min.js' : 'uPlot.min.css';
  return createRequire(import.meta.url).resolve(`uplot/dist/${file}`);
}

async function read(path: string): Promise<PageFile | undefined> {
  const kind = path.slice(path.lastIndexOf('.') + 1);
  const contentType = contentTypes[kind];
  if (contentType === undefined || !existsSync(path)) return undefined;
  const text = await readFile(path, 'utf8');
  return { contentType, body: kind === 'ts' ? stripTypeScriptTypes(text) : text };
}
