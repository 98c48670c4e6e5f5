import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AccessPolicy, accessPolicyOf, type ActorTokens, Authorization } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { Logger } from '@abaco/runtime';
import { ActorDescriptionReader } from './actors/actor-description-reader.js';
import { ActorsController } from './actors/actors.controller.js';
import { DeadLettersController } from './actors/dead-letters.controller.js';
import { DeliveriesController } from './actors/deliveries.controller.js';
import { ExecutionsController } from './actors/executions.controller.js';
import { LinkCheck } from './actors/link-check.js';
import { LiveExecutions } from './actors/live-executions.js';
import { MessageReader } from './actors/message-reader.js';
import { MessagesController } from './actors/messages.controller.js';
import { RestrictedFields } from './actors/restricted-fields.js';
import { StateController } from './actors/state.controller.js';
import { SynchronousMessages } from './actors/synchronous-messages.js';
import { WorkersController } from './actors/workers.controller.js';
import { ConfigPermissionsController } from './configs/config-permissions.controller.js';
import { ConfigsController } from './configs/configs.controller.js';
import { AdminController } from './admin/admin.controller.js';
import { DashboardController } from './admin/dashboard.controller.js';
import { UtilizationController } from './admin/utilization.controller.js';
import { SearchPresenter } from './presenters/search.presenter.js';
import { SearchAnswers } from './search/search-answers.js';
import { SearchController } from './search/search.controller.js';
import { AdminPresenter } from './presenters/admin.presenter.js';
import { HealthController } from './health/health.controller.js';
import { AccessGuard } from './http/access.guard.js';
import { Answers } from './http/answers.js';
import { AuthorizationGuard } from './http/authorization.guard.js';
import { ErrorFilter } from './http/error.filter.js';
import { Identification } from './http/identification.js';
import { NonceAccess } from './http/nonce-access.js';
import { RequestRate } from './http/request-rate.js';
import { TargetResolver } from './http/target-resolver.js';
import { KnownPaths } from './http/known-paths.js';
import { CronPassController } from './metrics/cron-pass.controller.js';
import { metricsControllers } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { AliasPresenter } from './presenters/alias.presenter.js';
import { NoncePresenter } from './presenters/nonce.presenter.js';
import { ActorPresenter } from './presenters/actor.presenter.js';
import { ConfigPresenter } from './presenters/config.presenter.js';
import { ExecutionPresenter } from './presenters/execution.presenter.js';
import { DeliveryPresenter } from './presenters/delivery.presenter.js';
import { DeadLetterPresenter } from './presenters/dead-letter.presenter.js';
import { MessagePresenter } from './presenters/message.presenter.js';
import { WireFormat } from './presenters/wire-format.js';
import { WorkerPresenter } from './presenters/worker.presenter.js';
import { ActorNoncesController } from './sharing/actor-nonces.controller.js';
import { ActorPermissionsController } from './sharing/actor-permissions.controller.js';
import { AliasNoncesController } from './sharing/alias-nonces.controller.js';
import { AliasPermissionsController } from './sharing/alias-permissions.controller.js';
import { AliasesController } from './sharing/aliases.controller.js';
import { VisibleNonces } from './sharing/visible-nonces.js';
import { ABACO_CONFIG, ABACO_LOGGER } from './tokens.js';

/** What a process without the role `api` does not serve. */
const apiControllers: Type[] = [
  ActorsController,
  StateController,
  MessagesController,
  ExecutionsController,
  DeadLettersController,
  DeliveriesController,
  WorkersController,
  AdminController,
  SearchController,
  UtilizationController,
  DashboardController,
  AliasesController,
  AliasNoncesController,
  AliasPermissionsController,
  ActorNoncesController,
  ActorPermissionsController,
  ConfigsController,
  ConfigPermissionsController,
  CronPassController,
];

/** The REST service, or of it what every process serves: health and metrics. Needs `ActorCommands` and `ActorQueries` from a global module: `AbacoModule`. */
@Module({})
export class ApiModule {
  static forRoot(
    config: AbacoConfig,
    logger: Logger,
    metrics = new Metrics(config),
    actorTokens?: ActorTokens,
  ): DynamicModule {
    const onKeysError = (error: unknown, url: string): void =>
      logger.warn({ err: error, endpoint: url.split('?', 1)[0] }, 'The keys that verify tokens could not be fetched');
    const policyOptions = { onKeysError, ...(actorTokens ? { actorTokens } : {}) };
    return {
      module: ApiModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [
        ...(config.general.roles.includes('api') ? apiControllers : []),
        HealthController,
        ...metricsControllers(config),
      ],
      providers: [
        { provide: ABACO_CONFIG, useValue: config },
        { provide: ABACO_LOGGER, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: AccessPolicy, useFactory: () => accessPolicyOf(config.web, policyOptions) },
        { provide: Authorization, useFactory: () => new Authorization(config.web) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: AuthorizationGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        ActorDescriptionReader,
        ActorPresenter,
        Answers,
        ConfigPresenter,
        ExecutionPresenter,
        Identification,
        KnownPaths,
        LinkCheck,
        LiveExecutions,
        SynchronousMessages,
        MessagePresenter,
        DeadLetterPresenter,
        DeliveryPresenter,
        AdminPresenter,
        SearchAnswers,
        SearchPresenter,
        AliasPresenter,
        NonceAccess,
        NoncePresenter,
        RequestRate,
        TargetResolver,
        VisibleNonces,
        MessageReader,
        RestrictedFields,
        WireFormat,
        WorkerPresenter,
      ],
    };
  }
}
