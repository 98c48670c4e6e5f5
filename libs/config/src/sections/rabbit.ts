import type { AbacoConfig } from '../abaco-config.js';
import { choice, type Options, text } from '../option.js';

export const rabbit: Options<AbacoConfig['rabbit']> = {
  uri: text({
    help: 'AMQP 1.0 broker, `amqp://user:password@host:5672`. Empty: the embedded broker in `general.data_dir`.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^amqps?:\/\/./,
    allowed: 'a URL that begins with amqp:// or amqps://',
  }),
  flavor: choice({
    help: '`rabbitmq4`, or `rabbitmq3` with its AMQP 1.0 plugin.',
    default: 'rabbitmq4',
    values: ['rabbitmq3', 'rabbitmq4'],
  }),
  management_uri: text({
    help: 'Management API, `http://user:password@host:15672`. Needed by rabbitmq3 to count, purge and delete queues.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^https?:\/\/./,
    allowed: 'a URL that begins with http:// or https://',
  }),
};
