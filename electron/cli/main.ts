/** The command line: commands, options and exit status. 0 done, 1 unreliable or failed, 2 bad usage or bad input. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { message, Refusal, refuse } from '../../core/contracts/messages.ts';
import { propertyName } from '../../core/contracts/results.ts';
import { version } from '../services/layout.ts';
import { bench } from './bench.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportPotential } from './export.ts';
import { materials, potentials } from './lists.ts';
import { report } from './report.ts';
import { run, type RunOptions } from './run.ts';
import { serve, type ServeOptions } from './serve.ts';

/** Commands of the design whose part of the program is still to come. */
const later: readonly { readonly name: string; readonly arguments: string; readonly with: string }[] = [
  { name: 'train', arguments: '[arguments...]', with: 'the training of neural potentials' },
];

const gather = (value: string, before: readonly string[]): string[] => [...before, value];

function threadCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 1024) throw new InvalidArgumentError(message('run.threads', { value: value.slice(0, 80) }).sentence);
  return count;
}

function portNumber(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError(message('serve.port', { value: value.slice(0, 80) }).sentence);
  return port;
}

function build(finish: (status: number) => void): Command {
  const program = new Command('phonolite')
    .description('Elastic constants, phonons and thermal expansion of a crystal from an interatomic potential.')
    .version(version)
    .showHelpAfterError('(phonolite --help lists commands and options)');

  program.command('run')
    .description('compute properties of a crystal into a run folder; the same command again continues an interrupted run')
    .argument('<structure>', 'file (CIF, POSCAR, extended XYZ), bundled material, or - for standard input')
    .requiredOption('--potential <name|file|folder>', 'bundled potential, file, or folder with its files')
    .option('--property <name>', `${propertyName.options.join(', ')}; may be given several times`, gather, [])
    .option('--accuracy <word>', 'quick, standard or strict', 'standard')
    .option('--set <key=value>', 'one setting; may be given several times', gather, [])
    .option('--device <word>', 'auto, cpu or gpu', 'auto')
    .option('--threads <number>', 'worker threads (default: all cores)', threadCount)
    .option('--json', 'print events as NDJSON')
    .requiredOption('--out <folder>', 'run folder')
    .action(async (structure: string, options: RunOptions) => { finish(await run(structure, options)); });

  program.command('evaluate')
    .description('energy, forces, stress and charges of every structure in a file')
    .argument('<structures>', 'file (CIF, POSCAR, extended XYZ), bundled material, or - for standard input')
    .requiredOption('--potential <name|file|folder>', 'bundled potential, file, or folder with its files')
    .option('--set <key=value>', 'option of the potential, for instance units; may be given several times', gather, [])
    .requiredOption('--out <file>', 'FILE.json or FILE.extxyz')
    .action(async (structures: string, options: { potential: string; set: string[]; out: string }) => { finish(await evaluate(structures, options)); });

  program.command('export')
    .description('write a potential of networks for n2p2 and LAMMPS or as one file of Phonolite, an NEP as nep.txt')
    .argument('<name|file|folder>', 'potential; a folder of folders is a committee')
    .option('--format <word>', 'n2p2 (a folder, with LAMMPS input), phonolite or nep (a file)', 'n2p2')
    .option('--set <key=value>', 'option of the potential, for instance units; may be given several times', gather, [])
    .requiredOption('--out <path>', 'folder or file to write')
    .action(async (potential: string, options: { format: string; set: string[]; out: string }) => { finish(await exportPotential(potential, options)); });

  program.command('report')
    .description('report of a finished run')
    .argument('<folder>', 'run folder')
    .option('--format <word>', 'html, pdf or csv', 'html')
    .requiredOption('--out <file>', 'file to write; a folder for csv')
    .action(async (folder: string, options: { format: string; out: string }) => { finish(await report(folder, options)); });

  program.command('potentials').description('bundled potentials').option('--json', 'one JSON document').action((options: { json?: true }) => { finish(potentials(options)); });
  program.command('materials').description('bundled example structures').option('--json', 'one JSON document').action((options: { json?: true }) => { finish(materials(options)); });
  program.command('doctor').description('check this machine and the physics on it').option('--json', 'one JSON document').action((options: { json?: true }) => { finish(doctor(options)); });
  program.command('bench').description('benchmarks (in a checkout)').argument('[names...]').option('--json <file>', 'write the figures too')
    .action(async (names: string[], { json }: { json?: string }) => { finish(await bench(names, json)); });
  program.command('serve').description('the application in a browser of this machine')
    .option('--project <folder>', 'project to open (default: the one of last time)')
    .option('--port <number>', 'port on the loopback address (default: any free one)', portNumber)
    .option('--no-open', 'print the link and leave the browser alone')
    .option('--note <sentence>', 'why this is a browser page, shown in the settings')
    .option('--json', 'print the link as JSON')
    .action(async (options: ServeOptions) => { finish(await serve(options)); });
  for (const command of later) {
    program.command(command.name).description(`comes with ${command.with}`).argument(command.arguments).allowUnknownOption()
      .action(() => refuse('command.later', { command: command.name, with: command.with }));
  }
  return program;
}

/** Runs one command line; returns the exit status. Errors become sentences on stderr, never a stack. */
export async function main(commandLine: readonly string[]): Promise<number> {
  let status = 0;
  const program = build((value) => { status = value; });
  for (const command of [program, ...program.commands]) command.exitOverride();
  // A reader that closes early (head) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync(commandLine, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has said its sentence already; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Refusal) {
      process.stderr.write(`${error.detail.sentence}\n`);
      return 2;
    }
    process.stderr.write(`${internalError(error)}\n`);
    return 1;
  }
}

/** A mistake of ours: one sentence for the user, the stack into a file for whoever mends it. */
function internalError(error: unknown): string {
  const log = join(tmpdir(), `phonolite-error-${String(process.pid)}.log`);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    writeFileSync(log, `${stack}\n`);
  } catch {
    return message('general.internal', { detail: stack.split('\n')[0] ?? '' }).sentence;
  }
  return message('run.internal', { detail: (stack.split('\n')[0] ?? '').slice(0, 300), log }).sentence;
}
