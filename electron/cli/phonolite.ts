#!/usr/bin/env node
/** Nothing newer than Node 20 may be needed to say that Node 24 is: everything else is loaded after this line. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`Phonolite needs Node 24 or later; this is Node ${process.versions.node}. Start it with npx phonolite, which brings its own, or install Node 24.\n`);
  process.exitCode = 2;
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}

export {};
