import { Inject } from '@nestjs/common';

/**
 * The token under which the ref of the actor `name` is injected. For tests, which put a probe in its place, and for factories.
 * @example .overrideProvider(getActorToken('mailer')).useValue(probe.ref)
 */
export function getActorToken(name: string): string {
  return `Actor(${name})`;
}

/**
 * Injects the ref of the actor that `ActorsModule.forFeature` registers as `name`. The module of the class must import that
 * `forFeature`, or a module that exports it.
 * @example constructor(@InjectActor('mailer') private readonly mailer: Ref<MailerMessage>) {}
 */
export function InjectActor(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(getActorToken(name));
}
