import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';

/** One entry of an image that is built here. Parent directories need no entries of their own. */
export interface ImageFile {
  /** Absolute path in the image. */
  readonly path: string;
  readonly content: Buffer | string | { readonly symlinkTo: string } | { readonly directory: true };
  /** Default 0644 for files and 0755 for directories. */
  readonly mode?: number;
}

/** The tar archive of `files`, owned by root, with fixed times so that equal files give equal images. */
export async function imageTar(files: readonly ImageFile[]): Promise<Buffer> {
  const archive = pack();
  const whole = buffer(archive);
  for (const { path, content, mode } of files) {
    const entry = { name: path.replace(/^\/+/, ''), mtime: new Date(0) };
    if (typeof content === 'string' || Buffer.isBuffer(content)) {
      archive.entry({ ...entry, mode: mode ?? 0o644 }, content);
    } else if ('symlinkTo' in content) {
      archive.entry({ ...entry, type: 'symlink', linkname: content.symlinkTo });
    } else {
      archive.entry({ ...entry, type: 'directory', mode: mode ?? 0o755 });
    }
  }
  archive.finalize();
  return await whole;
}
