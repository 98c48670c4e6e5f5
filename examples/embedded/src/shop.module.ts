import { type DynamicModule, Module } from '@nestjs/common';
import { AbacoModule, type AbacoOptions } from '@abaco/runtime';
import { Invoices } from './invoices.js';
import { Ledger } from './ledger.js';
import { OrdersController } from './orders.controller.js';
import { Orders } from './orders.js';

/** A shop whose orders are handled by actors. Its functions run in the process: no container engine is needed. */
@Module({})
export class ShopModule {
  static forRoot(options: AbacoOptions): DynamicModule {
    return {
      module: ShopModule,
      imports: [AbacoModule.forRoot({ ...options, engine: 'none' })],
      controllers: [OrdersController],
      providers: [Orders, Invoices, Ledger],
    };
  }
}
