import { describeSoak } from './describe-soak.js';

describeSoak('embedded');
