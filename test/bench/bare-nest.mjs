// Child process: a Nest application whose only route answers a message like Abaco does, and does nothing else.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class MessagesController {
  send(actor, body) {
    const links = { self: `/actors/v2/${actor}/executions/bench`, messages: `/actors/v2/${actor}/messages` };
    const result = { execution_id: 'bench', msg: body.message, _links: links };
    return { message: 'The request was successful', status: 'success', version: '1.0', result };
  }
}
const route = Object.getOwnPropertyDescriptor(MessagesController.prototype, 'send');
Param('actor')(MessagesController.prototype, 'send', 0);
Body()(MessagesController.prototype, 'send', 1);
Post('actors/:actor/messages')(MessagesController.prototype, 'send', route);
HttpCode(200)(MessagesController.prototype, 'send', route);
Controller()(MessagesController);

class BareModule {}
Module({ controllers: [MessagesController] })(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
