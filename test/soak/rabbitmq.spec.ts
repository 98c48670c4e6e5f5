import { describeSoak } from './describe-soak.js';

describeSoak('rabbitmq');
