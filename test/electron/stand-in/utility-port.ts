/** Loaded into a utility process before its entry: the port to the main process in place of what Node offers. */
import { EventEmitter } from 'node:events';

const send = process.send!.bind(process);
const port = new EventEmitter();
Object.assign(port, { postMessage: (message: unknown) => { if (process.connected) send(message, () => undefined); } });
process.on('message', (data) => { port.emit('message', { data, ports: [] }); });
// A utility process does not outlive the program.
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: port });
Object.defineProperty(process, 'send', { value: undefined });
