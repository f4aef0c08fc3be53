import { describeTwoOperators } from '../support/two-operators.ts';

describeTwoOperators([0, 1000]);
