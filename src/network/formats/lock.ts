// Owns where the lock of a host namespace stands. Taking it is the addon's work; the file has no content.
// Must not know who takes it.

/** Made with mode 0700 by whoever locks first. */
export const LOCK_DIRECTORY = '/run/netplumb';
export const LOCK_DIRECTORY_MODE = 0o700;
export const LOCK_FILE_MODE = 0o600;

/**
 * The file to `flock`: shared while attaching, exclusive for all else. After locking, check that the file is still linked
 * (`st_nlink`), else open it again: somebody may have removed it in between.
 * @param inode of the host namespace on nsfs, which is its identity as long as the lock is needed
 */
export function lockPath(inode: bigint): string {
  return `${LOCK_DIRECTORY}/${inode}.lock`;
}
