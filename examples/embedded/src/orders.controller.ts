import { Body, Controller, Get, Headers, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import type { ExecutionId } from '@abaco/contract';
import { ExecutionNotFound } from '@abaco/runtime';
import type { Order } from './invoices.js';
import type { LedgerState } from './ledger.js';
import { Orders, type OrderStatus } from './orders.js';

@Controller()
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Post('orders')
  @HttpCode(202)
  place(@Body() order: Order, @Headers('idempotency-key') key?: string): Promise<{ order: string }> {
    return this.orders.place(order, key);
  }

  @Get('orders/:order')
  async status(@Param('order') order: string): Promise<OrderStatus> {
    try {
      return await this.orders.status(order as ExecutionId);
    } catch (error) {
      if (error instanceof ExecutionNotFound) throw new NotFoundException(`There is no order ${order}.`);
      throw error;
    }
  }

  @Get('ledger')
  ledger(): Promise<LedgerState> {
    return this.orders.booked();
  }
}
