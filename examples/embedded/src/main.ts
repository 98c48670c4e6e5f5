import { mkdirSync } from 'node:fs';
import { startShop } from './start-shop.js';

const directory = process.env['SHOP_DATA'] ?? '.abaco/shop';
mkdirSync(directory, { recursive: true, mode: 0o700 });
const shop = await startShop(directory, Number(process.env['PORT'] ?? 3000));
process.stdout.write(`The shop is open at ${shop.url}/orders, data in ${directory}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shop.close());
