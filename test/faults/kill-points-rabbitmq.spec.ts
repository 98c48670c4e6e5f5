import { describeKillPoints } from './support/describe-kill-points.js';

describeKillPoints('rabbitmq');
