import { choice, type Options, text } from '../option.js';

/** Where messages are kept. */
export interface RabbitConfig {
  /** Empty (default) = the embedded broker in `data_dir`; else `amqp://user:password@host:5672`. */
  readonly uri: string;
  /** `rabbitmq3` (AMQP 1.0 plugin) or `rabbitmq4`. Default `rabbitmq4`. */
  readonly flavor: 'rabbitmq3' | 'rabbitmq4';
  /** `http://user:password@host:15672`; needed by rabbitmq3 to count, purge and delete queues. */
  readonly management_uri: string;
}

export const rabbit: Options<RabbitConfig> = {
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
