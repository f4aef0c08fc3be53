import { ALL, describeChanges } from '../support/changes.ts';

describeChanges(ALL, { later: true });
