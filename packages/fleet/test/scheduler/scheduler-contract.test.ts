import { FakeScheduler } from '../../src/testing/index.ts';
import { describeScheduler } from './scheduler-contract.ts';

describeScheduler('the scheduler in memory', async () => ({
  scheduler: new FakeScheduler({ fates: { 'acme/stuck:1': 'never starts' } }),
  image: 'acme/web:1',
  another: 'acme/web:2',
  stuck: { image: 'acme/stuck:1' },
  async [Symbol.asyncDispose]() {},
}));
