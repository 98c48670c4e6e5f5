import type { AbacoConfig } from '../abaco-config.js';
import { integer, type Options, text } from '../option.js';

export const store: Options<AbacoConfig['store']> = {
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
