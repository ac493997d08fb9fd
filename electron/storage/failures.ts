import { message, Refusal } from '../../core/contracts/messages.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What the system says when a file cannot be read or written, as a sentence; anything else is returned as it came. */
export function asRefusal(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Refusal(message('storage.full', { path }));
    case 'EACCES':
    case 'EPERM':
      return new Refusal(message('storage.denied', { path }));
    case 'EROFS':
      return new Refusal(message('storage.readOnly', { path }));
    case 'ENOTDIR':
    case 'EEXIST':
      return new Refusal(message('storage.notFolder', { path }));
    case 'EISDIR':
      return new Refusal(message('storage.isFolder', { path }));
    case 'ENOENT':
      return new Refusal(message('storage.missing', { path }));
    // What no file system can write down: a null character.
    case 'ERR_INVALID_ARG_VALUE':
      return new Refusal(message('storage.missing', { path: path.replaceAll('\0', '␀') }));
    case 'ENAMETOOLONG':
      return new Refusal(message('storage.nameTooLong', { path: `${path.slice(0, 60)}…` }));
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'ELOOP':
    case 'EINVAL':
    case 'EFBIG':
    case 'EBUSY':
    case 'ENXIO':
    case 'ENODEV':
      return new Refusal(message('storage.failed', { path, reason: codeOf(error) }));
    // The catalogue: SQLite has its own bound for the length of a path.
    case 'ERR_SQLITE_ERROR':
      return new Refusal(message('storage.failed', { path: path.length > 200 ? `${path.slice(0, 60)}…` : path, reason: (error as Error).message }));
    default:
      return error;
  }
}

/** Runs file work on `path`; what the system refuses is thrown as a `Refusal`. */
export async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asRefusal(error, path);
  }
}

/** The same for work that must finish before anything else happens. */
export function withPathNow<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asRefusal(error, path);
  }
}
