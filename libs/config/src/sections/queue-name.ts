/** A queue names a mailbox of the broker: `command_channel_<queue>`. */
export const QUEUE_NAME = /^[A-Za-z0-9._-]{1,100}$/;

/** The same in words, for error messages. */
export const QUEUE_NAMES = 'names of up to 100 letters, digits, hyphens, dots and underscores, separated by commas';
