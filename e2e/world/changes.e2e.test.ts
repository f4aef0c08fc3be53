import { A_FEW, describeChanges } from '../support/changes.ts';

describeChanges(A_FEW, { later: false });
