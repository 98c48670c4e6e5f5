import { integer, type Options, text } from '../option.js';

/** Where records are kept. */
export interface StoreConfig {
  /** Empty (default) = the embedded store in `data_dir`. */
  readonly mongo_host: string;
  readonly mongo_port: number;
  readonly mongo_user: string;
  readonly mongo_password: string;
  /** Wins over host and port: a complete `mongodb://` URL. */
  readonly mongo_uri: string;
  readonly mongo_database: string;
}

export const store: Options<StoreConfig> = {
  mongo_host: text({ help: 'MongoDB host. Empty: the embedded store in `general.data_dir`.', default: '' }),
  mongo_port: integer({ help: 'MongoDB port.', default: 27017, min: 1, max: 65_535 }),
  mongo_user: text({ help: 'MongoDB user; together with `mongo_password`, or both empty.', default: '' }),
  mongo_password: text({
    help: 'MongoDB password.',
    default: '',
    secret: 'whole',
    env: 'mongo_password',
  }),
  mongo_uri: text({
    help: 'A complete MongoDB URL with the database in it. Wins over host, port, user, password and database.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^mongodb(\+srv)?:\/\/./,
    allowed: 'a URL that begins with mongodb:// or mongodb+srv://',
  }),
  mongo_database: text({
    help: 'MongoDB database.',
    default: 'abaco',
    pattern: /^[^/\\. "$*<>:|?]{1,63}$/,
    allowed: 'the name of a MongoDB database',
  }),
};
