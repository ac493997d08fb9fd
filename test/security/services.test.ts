/** Every method with every kind of wrong and hostile input: a refusal or an honest answer, never a failure, never a byte outside the project. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { methods, type Answer } from '../../core/contracts/service.ts';
import { methodNames, type MethodName } from '../../core/contracts/service-names.ts';
import { Application } from '../../electron/services/application.ts';
import { childProcess } from '../../electron/services/child-process.ts';
import { describeBuilt, phonolite } from '../electron/command-line.ts';
import { hostileStrings, placesIn, rightInput, valueAt, withAt, withoutAt, wrongValues, type Known } from './inputs.ts';

const base = mkdtempSync(join(tmpdir(), 'phonolite-hostile-'));
/** Deep enough that two or three steps up still lie in a folder of ours. */
const home = join(base, 'a/b/c/home');
const outside = join(base, 'outside', 'evil');
const secret = 'what lies outside is nobody’s business';
afterAll(() => { rmSync(base, { recursive: true, force: true }); });

/** Path, size and time of everything below a folder, but for one. */
function listing(folder: string, except: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(except))
    .map((path) => `${relative(folder, path)} ${String(statSync(path).size)} ${String(statSync(path).isFile() ? statSync(path).mtimeMs : '')}`)
    .sort();
}

describeBuilt('hostile input to the services', () => {
  let application: Application;
  let known: Known;
  let before: string[];
  const complaints: string[] = [];

  const outcome = (answer: Answer): string => ('value' in answer ? 'value' : 'refusal' in answer ? answer.refusal.code : `failure: ${answer.failure.sentence}`);
  const ask = async <T>(method: MethodName, input: unknown): Promise<T> => {
    const answer = await application.call(method, input);
    if (!('value' in answer)) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer.value as T;
  };

  beforeAll(async () => {
    for (const folder of [base, join(base, 'a'), join(base, 'a/b'), join(base, 'a/b/c'), join(base, 'outside')]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'canary.txt'), secret);
    }
    const project = join(home, 'Phonolite');
    application = new Application({
      // Runs that are asked for wait: nothing here is about computing.
      kind: 'browser', note: null, spawn: (entry) => (entry === 'engine' ? { pid: undefined, post: () => undefined, onMessage: () => undefined, onExit: () => undefined, kill: () => undefined } : childProcess(entry)),
      printToPdf: () => Promise.resolve(new Uint8Array()), cannotPrint: () => null, chooseFolder: null, userFolder: join(home, 'settings'), defaultProject: project, now: () => new Date(),
    });
    await application.start();
    const computed = join(base, 'computed');
    expect((await phonolite(['run', 'mgo', '--potential', 'mgo-lewis-catlow', '--property', 'relaxation', '--accuracy', 'quick', '--out', computed])).status).toBe(0);
    cpSync(computed, join(project, 'runs/computed'), { recursive: true });
    await ask('project.rebuild', {});
    const csv = new TextEncoder().encode('# source: somebody, 1999\n# property: heat capacity at constant pressure\n# basis: formula\nT [K],C_p [J/(mol·K)]\n300,37.2\n');
    const measured = await application.call('measurements.add', { run: 'computed', file: { name: 'm.csv', bytes: csv } });
    const material = await ask<{ id: string }>('materials.addExample', { example: 'mgo' });
    const spare = await ask<{ id: string }>('materials.addExample', { example: 'silicon' });
    const { id: trash } = await ask<{ id: string }>('materials.remove', { id: spare.id });
    known = { ids: { material: material.id, potential: 'mgo-lewis-catlow', run: 'computed', trash, measurement: 'value' in measured ? (measured.value as { id: string }).id : 'm' }, bytes: new TextEncoder().encode('no structure, no potential, no table') };
    before = listing(base, home);
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = ((text: string) => { complaints.push(text); return true; }) as typeof process.stderr.write;
    afterAll(() => { process.stderr.write = write; });
  });
  afterAll(async () => { await application.close(); });

  /** What would end the others' ground; each is asked last. */
  const order = [...methodNames].sort((a, b) => Number(/remove|empty|restore|open/.test(a)) - Number(/remove|empty|restore|open/.test(b)));

  test('the inputs that are made from the schemas fit them', () => {
    for (const method of methodNames) expect(methods[method].input.safeParse(rightInput(method, known)).error?.issues, method).toBeUndefined();
  });

  test('every wrong kind of value in every place is refused before anything is done', async () => {
    let tried = 0;
    for (const method of methodNames) {
      const right = rightInput(method, known);
      const wrong = placesIn(right).flatMap((place) => [
        ...wrongValues.map((value) => withAt(right, place, value)),
        ...(place.length > 0 ? [withoutAt(right, place)] : []),
        ...(typeof valueAt(right, place) === 'object' && !ArrayBuffer.isView(valueAt(right, place)) && !Array.isArray(valueAt(right, place)) ? [withAt(right, place, { ...(valueAt(right, place) as object), more: 1 })] : []),
      ]).filter((input) => !methods[method].input.safeParse(input).success);
      for (const input of wrong) {
        tried += 1;
        expect(outcome(await application.call(method, input)), `${method} ${JSON.stringify(input)}`).toBe('service.input');
      }
    }
    expect(tried).toBeGreaterThan(1500);
  });

  test('unknown methods are refused, also those that every object has', async () => {
    for (const method of ['', 'materials', 'materials.', 'materials.list ', 'MATERIALS.LIST', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '../materials.list', 'a'.repeat(1e5)]) expect(outcome(await application.call(method, {}))).toBe('service.method');
  });

  test('no text in any place leads out of the project, and none makes the program fail', async () => {
    const answers: string[] = [];
    for (const method of order) {
      const right = rightInput(method, known);
      for (const place of placesIn(right).filter((one) => typeof valueAt(right, one) === 'string')) {
        for (const text of hostileStrings(outside)) {
          // Whoever opens a project names its folder by a whole path: that is what it is for. Everything else about it is tried.
          if (method === 'project.open' && text.startsWith(outside)) continue;
          const input = withAt(right, place, text);
          const answer = await application.call(method, input);
          const how = outcome(answer);
          expect(how, `${method} ${JSON.stringify(input).slice(0, 300)}`).not.toMatch(/^failure/);
          const said = JSON.stringify(answer);
          if (said.includes(secret) || said.includes('root:x:')) answers.push(`${method} ${place.join('.')} ${text}: ${said.slice(0, 200)}`);
        }
      }
    }
    expect(answers).toEqual([]);
    expect(complaints).toEqual([]);
    expect(listing(base, home)).toEqual(before);
    expect(existsSync(outside)).toBe(false);
  });

  test('a path that is longer than the catalogue can bear is refused in a sentence', async () => {
    const long = join(base, 'long', ...Array.from({ length: 40 }, () => 'a'.repeat(20)));
    const answer = await application.call('project.open', { folder: long });
    expect(outcome(answer)).toBe('storage.failed');
    expect('refusal' in answer && answer.refusal.sentence).toMatch(/^.{60}… cannot be used: the system answers unable to open database file\. Choose another place\.$/);
    // The project that was open is open still.
    expect(outcome(await application.call('materials.list', {}))).toBe('value');
  });

  test('nothing lies in the project that its form does not know', () => {
    const project = join(home, 'Phonolite');
    const paths = readdirSync(project, { recursive: true, withFileTypes: true }).map((entry) => relative(project, join(entry.parentPath, entry.name)));
    const id = '[a-z0-9][a-z0-9-]{0,62}';
    const forms = [
      /^(structures|potentials|runs|measurements|trash|\.phonolite)$/, /^(project\.json|journal\.ndjson|\.lock)$/, /^\.phonolite\/catalogue\.sqlite/,
      new RegExp(`^(structures|potentials|runs|trash|measurements)/${id}$`), new RegExp(`^structures/${id}/(material\\.json|structure\\.extxyz|original(/[^/]+)?)$`), new RegExp(`^potentials/${id}/(potential\\.json|files(/.+)?)$`),
      new RegExp(`^runs/${id}/[\\w.-]+(/[\\w.-]+)?$`), new RegExp(`^measurements/${id}/${id}\\.csv$`), new RegExp(`^trash/${id}/(trash\\.json|contents(/.+)?)$`),
    ];
    expect(paths.filter((path) => !forms.some((form) => form.test(path)))).toEqual([]);
  });

  test('objects get no new properties from keys that are names of their prototypes', async () => {
    for (const method of methodNames) {
      const right = rightInput(method, known);
      for (const place of placesIn(right).filter((one) => { const value = valueAt(right, one); return typeof value === 'object' && !ArrayBuffer.isView(value) && !Array.isArray(value); })) {
        for (const key of ['__proto__', 'constructor', 'prototype']) {
          const holder = { ...(valueAt(right, place) as object) };
          Object.defineProperty(holder, key, { value: { polluted: true, toString: 1 }, enumerable: true });
          const input = decodePlain(encodePlain(withAt(right, place, holder)));
          const parsed = methods[method].input.safeParse(input);
          // A table of settings may have any key; that one it loses.
          if (parsed.success) expect(prototypesIn(parsed.data), `${method} ${place.join('.')} ${key}`).toEqual(new Set([Object.prototype, Array.prototype, Uint8Array.prototype].filter((one) => prototypesIn(parsed.data).has(one))));
          else expect(outcome(await application.call(method, input)), `${method} ${place.join('.')} ${key}`).toBe('service.input');
        }
      }
    }
    expect((({}) as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

function prototypesIn(value: unknown): Set<unknown> {
  if (typeof value !== 'object' || value === null) return new Set();
  const inside = ArrayBuffer.isView(value) ? [] : Object.values(value).flatMap((item) => [...prototypesIn(item)]);
  return new Set([Object.getPrototypeOf(value), ...inside]);
}

describe('plain data from the wire', () => {
  test('keeps hostile keys as ordinary keys', () => {
    const decoded = decodePlain(encodePlain(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'))) as Record<string, unknown>;
    expect(Object.keys(decoded)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect((({}) as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('ends with an error, not with the memory or the stack of the program', () => {
    const deep = Buffer.concat([Buffer.from(Array.from({ length: 20_000 }, () => [6, 1, 0, 0, 0]).flat()), Buffer.from([1])]);
    const large = Buffer.from([6, 255, 255, 255, 255, 1]);
    for (const bytes of [deep, large, Buffer.alloc(0), Buffer.from([99]), Buffer.from([5, 9, 0, 0, 0]), Buffer.from([8, 255, 255, 255, 127]), Buffer.from([8, 3, 0, 0, 0, 1, 2, 3])]) expect(() => decodePlain(bytes)).toThrow(RangeError);
  });
});
