import { describeTwoOperators } from '../support/two-operators.ts';

describeTwoOperators([0, 200, 400, 700, 1000, 1500, 2000, 2500]);
