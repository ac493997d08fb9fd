/** Listens to what a process writes on stderr. Ask when it has ended: the last line that says why, should it have ended by itself. */
export function lastWords(errors: NodeJS.ReadableStream | null): () => string | undefined {
  let tail = '';
  errors?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4000);
  });
  return () => tail.split('\n').findLast((line) => /Error|memory/.test(line))?.trim();
}
